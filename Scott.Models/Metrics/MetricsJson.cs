using System.Text.Encodings.Web;
using System.Text.Json.Serialization;

namespace Scott.Models.Metrics;

/// <summary>Writes metrics as JSON.</summary>
[JsonSerializable(typeof(ClassificationMetrics))]
[JsonSerializable(typeof(MultiLabelMetrics))]
internal sealed partial class MetricsJson : JsonSerializerContext
{
    private static readonly MetricsJson Relaxed = new(CreateOptions());

    /// <summary>Indented, without escapes in class names: the text is for files, not for web pages.</summary>
    public static JsonSerializerOptions CreateOptions() => new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new ConfusionConverter() },
    };

    public static string Write(ClassificationMetrics metrics) => JsonSerializer.Serialize(metrics, Relaxed.ClassificationMetrics) + "\n";

    public static string Write(MultiLabelMetrics metrics) => JsonSerializer.Serialize(metrics, Relaxed.MultiLabelMetrics) + "\n";

    /// <summary>Writes one line for each actual class. With one line for each number, a hundred classes would give ten thousand lines.</summary>
    private sealed class ConfusionConverter : JsonConverter<ConfusionMatrix>
    {
        public override ConfusionMatrix Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Metrics are written, never read.");

        public override void Write(Utf8JsonWriter writer, ConfusionMatrix value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();

            // The writer does not indent raw values.
            string indent = new(' ', 2 * writer.CurrentDepth);
            for (int actual = 0; actual < value.ClassNames.Count; actual++)
                writer.WriteRawValue($"\n{indent}[{string.Join(", ", value.ClassNames.Select((_, predicted) => value[actual, predicted]))}]");

            writer.WriteEndArray();
        }
    }
}
