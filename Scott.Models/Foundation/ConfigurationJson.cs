using System.Text.Json.Serialization.Metadata;

namespace Scott.Models.Foundation;

/// <summary>Reads and checks the configuration records, with every failure as a <see cref="ScottConfigurationException"/>.</summary>
internal static class ConfigurationJson
{
    public static T Read<T>(string json, string subject, JsonTypeInfo<T> type, Action<T>? validate = null)
        where T : class => Read(json, subject, text => JsonSerializer.Deserialize(text, type), validate);

    public static T Read<T>(string json, string subject, Func<string, T?> parse, Action<T>? validate = null)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            T value = parse(json) ?? throw new ScottConfigurationException(subject, ["the JSON is null; expected an object."]);
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
