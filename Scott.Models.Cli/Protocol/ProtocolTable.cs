using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Scott.Models.Foundation;
using Scott.Models.Metrics;
using Scott.Models.Training;

namespace Scott.Models.Cli;

/// <summary>The table of a protocol as Markdown and as JSON.</summary>
internal sealed class ProtocolTable(ProtocolOptions options, ProtocolImages images)
{
    public const string Trained = "trained with labels";
    public const string BestAttentive = "best attentive";
    public const string Neighbors = "kNN";
    public const string Ridge = "ridge";

    private const string Shot = "-shot ";

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The column of an attentive probe.</summary>
    public static string NameOf(ProbeResult probe, ProbeImages images)
    {
        string name = probe.Head switch
        {
            ClassifierHead.MultiHeadAttentive => "multi-head",
            ClassifierHead.CrossAttentive => "cross",
            _ => "simple",
        };
        return name + SuffixOf(images);
    }

    /// <summary>What a name says about the images that a probe learned from; nothing for images as they are.</summary>
    public static string SuffixOf(ProbeImages images) => images switch
    {
        ProbeImages.Augmented => ", augmented",
        ProbeImages.Cropped => ", cropped",
        _ => string.Empty,
    };

    /// <summary>The column of a measurement with few labels.</summary>
    public static string NameOf(FewShotResult few, string probe) => string.Create(CultureInfo.InvariantCulture, $"{few.PerClass}{Shot}{probe}");

    /// <summary>The parts of a row with one seed as one: the probe that puts most validation images into the right class is the best, also between
    /// what the probes learn from. Of equals the first. Figures with few labels come last.</summary>
    public static ProtocolFigures Join(IReadOnlyList<ProtocolFigures> parts)
    {
        Dictionary<string, double> validation = new(parts.SelectMany(part => part.Validation));
        ILookup<bool, KeyValuePair<string, double>> isFew =
            parts.SelectMany(part => part.Top1).ToLookup(each => each.Key.Contains(Shot, StringComparison.Ordinal));
        Dictionary<string, double> top1 = new(isFew[false]);
        if (parts[0].Images is not null)
        {
            string best = validation.Where(each => each.Key is not (Neighbors or Ridge)).MaxBy(each => each.Value).Key;
            (top1[BestAttentive], validation[BestAttentive]) = (top1[best], validation[best]);
        }

        foreach ((string name, double few) in isFew[true])
            top1[name] = few;

        return parts[0] with { Images = null, Top1 = top1, Validation = validation, Unreadable = parts.Max(part => part.Unreadable) };
    }

    /// <summary>Writes <c>results.md</c> and <c>results.json</c>, with what is finished.</summary>
    public async Task WriteAsync(IReadOnlyList<ProtocolFigures> figures, CancellationToken cancellationToken)
    {
        await WholeFile.WriteTextAsync(Path.Combine(options.OutputPath, "results.md"), ToMarkdown(figures), cancellationToken);
        string json = JsonSerializer.Serialize(ToJson(figures), Format);
        await WholeFile.WriteTextAsync(Path.Combine(options.OutputPath, "results.json"), json, cancellationToken);
    }

    public object ToJson(IReadOnlyList<ProtocolFigures> figures) => new
    {
        folder = options.Folder,
        architecture = options.Architecture,
        command = options.Command,
        trainingImages = images.Training.Count,
        validationImages = images.Validation?.Count,
        testImages = images.Test.Count,
        unreadableImages = Unreadable(figures),
        seeds = options.Seeds,
        rows = figures.GroupBy(each => each.Row).Select(row => new
        {
            row = row.Key.ToString(),
            architecture = row.Key == ProtocolRow.Twin ? options.TwinArchitecture : options.Architecture,
            sawTestImages = SawTestImages(row.First()),
            epochs = row.Select(each => each.Epochs).OfType<int>(),
            top1 = Columns([.. row]).Select(column => new
            {
                name = column,
                mean = Spread(row, column).Mean,
                deviation = Spread(row, column).StandardDeviation,
                bySeed = row.Select(each => new
                {
                    each.Seed,
                    top1 = each.Top1[column],
                    validationTop1 = each.Validation.TryGetValue(column, out double chosen) ? chosen : (double?)null,
                }),
            }),
        }),
    };

    public string ToMarkdown(IReadOnlyList<ProtocolFigures> figures)
    {
        string[] columns = Columns(figures);
        ILookup<bool, string> isFew = columns.ToLookup(column => column.Contains(Shot, StringComparison.Ordinal));
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Folder)))}\n\n");
        foreach (string line in Notes(figures))
            text.Append(line).Append('\n');

        Append(text, figures, [.. isFew[false]]);
        if (isFew[true].Any())
            text.Append("\nWith so few training images of each class, the mean of the draws:\n");

        Append(text, figures, [.. isFew[true]]);
        return text.Append(CultureInfo.InvariantCulture, $"\n```sh\n{options.Command}\n```\n").ToString();
    }

    /// <summary>What the figures are.</summary>
    private IEnumerable<string> Notes(IReadOnlyList<ProtocolFigures> figures)
    {
        string choosing = images.Validation is { } validation
            ? $"{Plural.Of(images.Training.Count, "training image")}, and {Plural.Of(validation.Count, "validation image")} make every choice"
            : "a part of the training images, and the other part makes every choice";
        yield return $"Top-1 of `{options.Architecture}` on {Plural.Of(images.Test.Count, "test image")} in percent.";
        yield return $"First every row learns from {choosing}: penalty, probe, number of epochs.";
        yield return $"Then it learns again from all {Plural.Of(images.Labeled, "labeled image")}. The test images decide nothing.";
        yield return string.Empty;
        yield return $"- Training from scratch takes up to {Plural.Of(options.ScratchEpochs, "epoch")}, fine-tuning up to {options.FineTuneEpochs}, "
            + $"attentive probes {options.ProbeEpochs}.";
        yield return "- Attentive probes marked *augmented* see another random view of each image in each epoch. Those marked *cropped* see such "
            + "views without changes of colors. The others see each image as it is.";
        if (options.Seeds > 1)
        {
            yield return $"- Mean ± standard deviation over {options.Seeds} seeds. Pre-training runs once. For a pre-trained model, nearest "
                + "neighbors and ridge have the same figures with every seed, and attentive probes see the same views with every seed.";
        }

        if (Unreadable(figures) is > 0 and int unreadable)
        {
            yield return $"- {Plural.Of(unreadable, "image")} cannot be read. Probes and tests leave such images out; "
                + "training takes others in their place.";
        }

        bool?[] saw = [.. figures.Select(each => SawTestImages(each))];
        if (saw.Contains(true))
            yield return "- Pre-training has seen the test images, without labels.";
        if (saw.Contains(null))
            yield return "- This command does not know whether the models that it was given have seen the test images.";
    }

    /// <summary>The most images that were left out for a row.</summary>
    private static int Unreadable(IReadOnlyList<ProtocolFigures> figures) => figures.Select(each => each.Unreadable).DefaultIfEmpty().Max();

    /// <summary>Whether the model of a row was pre-trained on the test images, without labels; <see langword="null"/> if that is not known.</summary>
    private static bool? SawTestImages(ProtocolFigures figures) => figures.Row switch
    {
        ProtocolRow.Untrained or ProtocolRow.Scratch => false,
        _ => figures.ModelHash is null ? true : null,
    };

    private void Append(StringBuilder text, IReadOnlyList<ProtocolFigures> figures, string[] columns)
    {
        if (columns.Length == 0)
            return;

        text.Append(CultureInfo.InvariantCulture, $"\n| | {string.Join(" | ", columns)} |\n|---|{string.Concat(columns.Select(_ => "---|"))}\n");
        foreach (IGrouping<ProtocolRow, ProtocolFigures> row in figures.GroupBy(each => each.Row))
        {
            string[] cells = [.. columns.Select(column => row.First().Top1.ContainsKey(column) ? Percent([.. row], column) : "-")];
            if (cells.Any(cell => cell != "-"))
            {
                string seeds = row.Count() == options.Seeds ? string.Empty : $" ({Plural.Of(row.Count(), "seed")})";
                text.Append(CultureInfo.InvariantCulture, $"| {Describe(row.Key)}{seeds} | {string.Join(" | ", cells)} |\n");
            }
        }
    }

    private string Describe(ProtocolRow row) => row switch
    {
        ProtocolRow.Untrained => "frozen, random weights",
        ProtocolRow.Scratch => "trained from scratch with labels",
        ProtocolRow.Frozen => "frozen, pre-trained without labels",
        ProtocolRow.Twin => $"frozen, pre-trained without labels: `{options.TwinArchitecture}`",
        _ => "pre-trained without labels, then fine-tuned with labels",
    };

    private static string[] Columns(IReadOnlyList<ProtocolFigures> figures) => [.. figures.SelectMany(each => each.Top1.Keys).Distinct()];

    private static MeanAndDeviation Spread(IEnumerable<ProtocolFigures> row, string column) =>
        MeanAndDeviation.Of([.. row.Select(each => each.Top1[column])]);

    /// <summary>One measurement has no spread; with few labels, the spread over draws is the larger one.</summary>
    private static string Percent(ProtocolFigures[] row, string column)
    {
        MeanAndDeviation value = Spread(row, column);
        return row.Length == 1 || column.Contains(Shot, StringComparison.Ordinal)
            ? Figures.Number(100 * value.Mean, "F1")
            : string.Create(CultureInfo.InvariantCulture, $"{100 * value.Mean:F1} ± {100 * value.StandardDeviation:F1}");
    }
}
