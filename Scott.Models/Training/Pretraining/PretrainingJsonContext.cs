using System.Text.Json.Serialization;

namespace Scott.Models.Training;

/// <summary>How a run's records are written as JSON. A diverging run may have infinite figures, which plain JSON has no word for.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(PretrainingOptions))]
[JsonSerializable(typeof(RunIdentity))]
[JsonSerializable(typeof(PretrainingRecord))]
[JsonSerializable(typeof(List<PretrainingRecord>))]
internal sealed partial class PretrainingJsonContext : JsonSerializerContext;
