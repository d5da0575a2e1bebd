namespace Scott.Models.Metrics;

/// <summary>Writes metrics as comma-separated text with quotes as in RFC 4180 and lines that end in a line feed.</summary>
internal static class MetricsCsv
{
    public static string Write(IReadOnlyList<ClassMetrics> classes)
    {
        var text = new StringBuilder();
        Append(text, ["class", "images", "correct", "predicted", "recall", "precision"]);
        foreach (ClassMetrics each in classes)
            Append(text, [each.Name, Number(each.Images), Number(each.Correct), Number(each.Predicted), Number(each.Recall), Number(each.Precision)]);

        return text.ToString();
    }

    public static string Write(ConfusionMatrix matrix)
    {
        var text = new StringBuilder();
        Append(text, matrix.ClassNames.Prepend("actual \\ predicted"));
        for (int actual = 0; actual < matrix.ClassNames.Count; actual++)
        {
            IEnumerable<string> counts = Enumerable.Range(0, matrix.ClassNames.Count).Select(predicted => Number(matrix[actual, predicted]));
            Append(text, counts.Prepend(matrix.ClassNames[actual]));
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, IEnumerable<string> fields) => text.AppendJoin(',', fields.Select(Quote)).Append('\n');

    private static string Quote(string field) =>
        field.AsSpan().ContainsAny(",\"\r\n") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;

    private static string Number(double? value) => value?.ToString(CultureInfo.InvariantCulture) ?? string.Empty;
}
