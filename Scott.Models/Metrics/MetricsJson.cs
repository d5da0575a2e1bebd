using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Scott.Models.Metrics;

/// <summary>Writes metrics as JSON.</summary>
internal static class MetricsJson
{
    /// <summary>Names of classes stay readable; the text goes into files, not into pages.</summary>
    public static JsonWriterOptions Options { get; } = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(ClassificationMetrics metrics) => Write(json => Write(json, metrics));

    public static string Write(Action<Utf8JsonWriter> content)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            content(json);
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length) + "\n";
    }

    public static void Write(Utf8JsonWriter json, ClassificationMetrics metrics)
    {
        json.WriteStartObject();
        json.WriteNumber("images", metrics.Images);
        json.WriteNumber("top1", metrics.Top1);
        json.WriteNumber("top5", metrics.Top5);
        json.WriteNumber("meanPerClassTop1", metrics.MeanPerClassTop1);
        json.WriteNumber("calibrationError", metrics.CalibrationError);
        json.WriteStartArray("classes");
        foreach (ClassMetrics each in metrics.Classes)
        {
            Write(json, each);
        }

        json.WriteEndArray();
        WriteRows(json, metrics.Confusion);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ClassMetrics metrics)
    {
        json.WriteStartObject();
        json.WriteString("name", metrics.Name);
        json.WriteNumber("images", metrics.Images);
        json.WriteNumber("correct", metrics.Correct);
        json.WriteNumber("predicted", metrics.Predicted);
        WriteShare(json, "recall", metrics.Recall);
        WriteShare(json, "precision", metrics.Precision);
        json.WriteEndObject();
    }

    private static void WriteShare(Utf8JsonWriter json, string name, double? share)
    {
        if (share is { } value)
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    /// <summary>A line for each actual class: indented number by number, a hundred classes would fill ten thousand lines.</summary>
    private static void WriteRows(Utf8JsonWriter json, ConfusionMatrix matrix)
    {
        int classes = matrix.ClassNames.Count;
        json.WriteStartArray("confusion");
        for (int actual = 0; actual < classes; actual++)
        {
            // The writer does not indent what it is given whole.
            string indent = new(' ', 2 * json.CurrentDepth);
            json.WriteRawValue($"\n{indent}[{string.Join(", ", Enumerable.Range(0, classes).Select(predicted => matrix[actual, predicted].ToString(CultureInfo.InvariantCulture)))}]");
        }

        json.WriteEndArray();
    }
}
