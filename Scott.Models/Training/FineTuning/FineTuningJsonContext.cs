using System.Text.Json.Serialization;

namespace Scott.Models.Training;

/// <summary>How a run's records are written as JSON. A diverging run may have infinite figures, which plain JSON has no word for.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(FineTuningOptions))]
[JsonSerializable(typeof(FineTuningIdentity))]
[JsonSerializable(typeof(FineTuningRecord))]
[JsonSerializable(typeof(List<FineTuningRecord>))]
internal sealed partial class FineTuningJsonContext : JsonSerializerContext;
