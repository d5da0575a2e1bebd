namespace Scott.Models.Metrics;

/// <summary>Writes metrics as comma-separated text with the quotes of RFC 4180. Each line ends in a line feed.</summary>
internal static class MetricsCsv
{
    public static string Write(IReadOnlyList<ClassMetrics> classes)
    {
        string header = Line("class", "images", "correct", "predicted", "recall", "precision");
        return header + string.Concat(classes.Select(each => Line(
            each.Name, Number(each.Images), Number(each.Correct), Number(each.Predicted), Number(each.Recall), Number(each.Precision))));
    }

    public static string Write(IReadOnlyList<LabelMetrics> labels)
    {
        string header = Line("label", "images", "predicted", "correct", "average_precision", "threshold", "precision", "recall", "f1");
        return header + string.Concat(labels.Select(each => Line(
            each.Name, Number(each.Images), Number(each.Predicted), Number(each.Correct), Number(each.AveragePrecision),
            each.Threshold.ToString(CultureInfo.InvariantCulture), Number(each.Precision), Number(each.Recall), Number(each.F1))));
    }

    public static string Write(ConfusionMatrix matrix)
    {
        IEnumerable<string> Counts(int actual) => matrix.ClassNames.Select((_, predicted) => Number(matrix[actual, predicted]));
        string header = Line(["actual \\ predicted", .. matrix.ClassNames]);
        return header + string.Concat(matrix.ClassNames.Select((name, actual) => Line([name, .. Counts(actual)])));
    }

    private static string Line(params string[] fields) => string.Join(',', fields.Select(Quote)) + "\n";

    private static string Quote(string field) =>
        field.AsSpan().ContainsAny(",\"\r\n") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;

    private static string Number(double? value) => value?.ToString(CultureInfo.InvariantCulture) ?? string.Empty;
}
