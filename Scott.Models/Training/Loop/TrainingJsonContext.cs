using System.Text.Json.Serialization;
using Scott.Models.Imaging;

namespace Scott.Models.Training;

/// <summary>The JSON of runs: settings, state, records. A run that diverges may have infinite figures, which plain JSON cannot write.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, RespectNullableAnnotations = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(SavedState))]
[JsonSerializable(typeof(PretrainingOptions))]
[JsonSerializable(typeof(PretrainingIdentity))]
[JsonSerializable(typeof(List<PretrainingRecord>))]
[JsonSerializable(typeof(DistillationOptions))]
[JsonSerializable(typeof(DistillationIdentity))]
[JsonSerializable(typeof(List<DistillationRecord>))]
[JsonSerializable(typeof(OnnxTeacherOptions))]
[JsonSerializable(typeof(AugmentationSpec))]
[JsonSerializable(typeof(FineTuningOptions))]
[JsonSerializable(typeof(FineTuningIdentity))]
[JsonSerializable(typeof(List<FineTuningRecord>))]
[JsonSerializable(typeof(List<MultiLabelRecord>))]
internal sealed partial class TrainingJsonContext : JsonSerializerContext;
