using System.Text.Json.Serialization;

namespace Scott.Models.Training;

/// <summary>The JSON of runs: settings, state, records. A run that diverges may have infinite figures, which plain JSON cannot write.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, RespectNullableAnnotations = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(SavedState))]
[JsonSerializable(typeof(PretrainingOptions))]
[JsonSerializable(typeof(PretrainingIdentity))]
[JsonSerializable(typeof(List<PretrainingRecord>))]
[JsonSerializable(typeof(FineTuningOptions))]
[JsonSerializable(typeof(FineTuningIdentity))]
[JsonSerializable(typeof(List<FineTuningRecord>))]
internal sealed partial class TrainingJsonContext : JsonSerializerContext;
