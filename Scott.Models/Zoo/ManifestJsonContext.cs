using System.Text.Json.Serialization;
using Scott.Models.Downloads;

namespace Scott.Models.Zoo;

/// <summary>As the configuration's own context, but that unknown members are ignored: a manifest may be newer than the package.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ScottArchitecture))]
[JsonSerializable(typeof(PreprocessingSpec))]
[JsonSerializable(typeof(PartOrigin))]
internal sealed partial class ManifestJsonContext : JsonSerializerContext;
