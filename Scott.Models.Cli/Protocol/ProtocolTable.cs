using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Scott.Models.Metrics;
using Scott.Models.Training;

namespace Scott.Models.Cli;

/// <summary>The top-1 accuracies on the test images of one row with one seed, by the name of the probe.</summary>
internal sealed record ProtocolFigures(ProtocolRow Row, long Seed, IReadOnlyDictionary<string, double> Top1);

/// <summary>The table of a protocol as Markdown and as JSON.</summary>
internal static class ProtocolTable
{
    public const string Trained = "trained with labels";
    public const string BestAttentive = "best attentive";

    private const string Shot = "-shot ";

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The column of an attentive probe.</summary>
    public static string NameOf(ProbeResult probe, bool isAugmented)
    {
        string name = probe.Head switch
        {
            ClassifierHead.MultiHeadAttentive => "multi-head",
            ClassifierHead.CrossAttentive => "cross",
            _ => "simple",
        };
        return isAugmented ? $"{name}, augmented" : name;
    }

    /// <summary>The column of a measurement with few labels.</summary>
    public static string NameOf(FewShotResult few, string probe) => string.Create(CultureInfo.InvariantCulture, $"{few.PerClass}{Shot}{probe}");

    /// <summary>Writes <c>results.md</c> and <c>results.json</c>, with the rows that are finished.</summary>
    public static async Task WriteAsync(ProtocolOptions options, IReadOnlyList<ProtocolFigures> figures, CancellationToken cancellationToken)
    {
        await WholeFile.WriteTextAsync(Path.Combine(options.OutputPath, "results.md"), ToMarkdown(options, figures), cancellationToken);
        string json = JsonSerializer.Serialize(ToJson(options, figures), Format);
        await WholeFile.WriteTextAsync(Path.Combine(options.OutputPath, "results.json"), json, cancellationToken);
    }

    public static object ToJson(ProtocolOptions options, IReadOnlyList<ProtocolFigures> figures) => new
    {
        folder = options.Folder,
        architecture = options.Architecture,
        command = options.Command,
        seeds = options.Seeds,
        rows = figures.GroupBy(each => each.Row).Select(row => new
        {
            row = row.Key.ToString(),
            architecture = row.Key == ProtocolRow.Twin ? options.TwinArchitecture : options.Architecture,
            top1 = Columns([.. row]).Select(column => new
            {
                name = column,
                mean = Spread(row, column).Mean,
                deviation = Spread(row, column).StandardDeviation,
                bySeed = row.Select(each => new { each.Seed, top1 = each.Top1[column] }),
            }),
        }),
    };

    public static string ToMarkdown(ProtocolOptions options, IReadOnlyList<ProtocolFigures> figures)
    {
        string[] columns = Columns(figures);
        var text = new StringBuilder();
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(options.Folder));
        text.Append(CultureInfo.InvariantCulture, $"# {name}: {options.Architecture}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Top-1 on the test images in percent, mean ± standard deviation over {options.Seeds} seeds.\n");
        text.Append("Validation images make every choice. Then each probe learns from training and validation images together, and is tested.\n");
        if (options.Rows.Any(options.IsPretrainedHere))
            text.Append("Pre-training has seen the test images, without labels.\n");

        Append(text, figures, [.. columns.Where(column => !column.Contains(Shot, StringComparison.Ordinal))]);
        Append(text, figures, [.. columns.Where(column => column.Contains(Shot, StringComparison.Ordinal))]);
        return text.Append(CultureInfo.InvariantCulture, $"\n```sh\n{options.Command}\n```\n").ToString();
    }

    private static void Append(StringBuilder text, IReadOnlyList<ProtocolFigures> figures, string[] columns)
    {
        if (columns.Length == 0)
            return;

        text.Append(CultureInfo.InvariantCulture, $"\n| | {string.Join(" | ", columns)} |\n|---|{string.Concat(columns.Select(_ => "---|"))}\n");
        foreach (IGrouping<ProtocolRow, ProtocolFigures> row in figures.GroupBy(each => each.Row))
        {
            string[] cells = [.. columns.Select(column => row.First().Top1.ContainsKey(column) ? Percent(Spread(row, column)) : "-")];
            if (cells.Any(cell => cell != "-"))
                text.Append(CultureInfo.InvariantCulture, $"| {Describe(row.Key)} | {string.Join(" | ", cells)} |\n");
        }
    }

    private static string Describe(ProtocolRow row) => row switch
    {
        ProtocolRow.Untrained => "frozen, random weights",
        ProtocolRow.Scratch => "trained from scratch with labels",
        ProtocolRow.Frozen => "frozen, pre-trained without labels",
        ProtocolRow.Twin => "the same for the ViT twin",
        _ => "pre-trained, then fine-tuned with labels",
    };

    private static string[] Columns(IReadOnlyList<ProtocolFigures> figures) => [.. figures.SelectMany(each => each.Top1.Keys).Distinct()];

    private static MeanAndDeviation Spread(IEnumerable<ProtocolFigures> row, string column) =>
        MeanAndDeviation.Of([.. row.Select(each => each.Top1[column])]);

    private static string Percent(MeanAndDeviation value) =>
        string.Create(CultureInfo.InvariantCulture, $"{100 * value.Mean:F1} ± {100 * value.StandardDeviation:F1}");
}
