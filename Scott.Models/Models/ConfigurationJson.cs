using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Scott.Models;

/// <summary>Reads and checks the configuration records, with every failure as a <see cref="ScottConfigurationException"/>.</summary>
internal static class ConfigurationJson
{
    public static T Read<T>(string json, string subject, JsonTypeInfo<T> type, Action<T>? validate = null)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            T value = JsonSerializer.Deserialize(json, type)
                ?? throw new ScottConfigurationException(subject, ["the JSON is null; expected an object."]);
            validate?.Invoke(value);
            return value;
        }
        catch (JsonException exception)
        {
            string fault = $"its JSON cannot be read: {Quoted.Value(exception.Message, Quoted.LongestFault)}";
            throw new ScottConfigurationException(subject, [fault], exception);
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ScottArchitecture))]
[JsonSerializable(typeof(PreprocessingSpec))]
[JsonSerializable(typeof(ModelMetadata))]
[JsonSerializable(typeof(ClassifierDescription))]
internal sealed partial class ConfigurationJsonContext : JsonSerializerContext;
