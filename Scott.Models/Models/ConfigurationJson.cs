using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Scott.Models;

/// <summary>Writes and reads the configuration records, with every failure as a <see cref="ScottConfigurationException"/>.</summary>
internal static class ConfigurationJson
{
    public static string Write<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.Serialize(value, type);

    public static T Read<T>(string json, string subject, JsonTypeInfo<T> type)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            return JsonSerializer.Deserialize(json, type)
                ?? throw new ScottConfigurationException(subject, ["the JSON is null; expected an object."]);
        }
        catch (JsonException exception)
        {
            string fault = $"its JSON cannot be read: {Quoted.Value(exception.Message, Quoted.LongestFault)}";
            throw new ScottConfigurationException(subject, [fault], exception);
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ScottArchitecture))]
[JsonSerializable(typeof(PreprocessingSpec))]
[JsonSerializable(typeof(ModelMetadata))]
[JsonSerializable(typeof(ClassifierDescription))]
internal sealed partial class ConfigurationJsonContext : JsonSerializerContext;
