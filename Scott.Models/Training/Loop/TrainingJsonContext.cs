using System.Text.Json.Serialization;

namespace Scott.Models.Training;

/// <summary>How a run's state is written as JSON. A diverging run may have infinite figures, which plain JSON has no word for.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(RunState))]
internal sealed partial class TrainingJsonContext : JsonSerializerContext;
