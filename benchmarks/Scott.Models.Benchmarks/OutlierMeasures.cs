using System.Globalization;
using Scott.Models.Datasets;
using Scott.Models.Foundation;
using Scott.Models.Inference;
using Scott.Models.Metrics;

namespace Scott.Models.Benchmarks;

/// <summary>How well <see cref="Outliers"/> finds images of another folder among those of a labeled one, and labels that were changed.</summary>
internal static class OutlierMeasures
{
    private const string Command = "outliers";
    private const int Seeds = 20;

    /// <summary>Fewer than the neighbors: more strangers that are like each other are no outliers.</summary>
    private const int Strangers = 5;
    private const double ChangedShare = 0.05;

    public static bool Handles(string[] arguments) => arguments is [Command, ..];

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments.Length is < 3 or > 4)
        {
            await Console.Error.WriteLineAsync($"usage: {Command} LABELED-IMAGES STRANGERS [MODEL]");
            return 2;
        }

        string id = arguments.Length > 3 ? arguments[3] : ScottModels.DefaultId;
        ScottModel model = await ScottModel.FromPretrainedAsync(id);
        using FeatureExtractor extractor = model.ExtractFeatures().Build();
        ImageFolder images = ImageFolder.OpenLabeled(arguments[1]), strangers = ImageFolder.Open(arguments[2]);
        EmbeddingIndex own = await EmbedAsync(extractor, images), others = await EmbedAsync(extractor, strangers);
        Console.WriteLine($"{id}: {own.Count} images of {arguments[1]}, strangers of {arguments[2]}, {Seeds} draws");
        Console.WriteLine($"without strangers: {Outliers.Find(own).Found.Count} outliers");
        foreach (double deviations in new[] { 2, 2.5, 3, 3.5 })
            MeasureStrangers(own, others, deviations);

        int[] labels = [.. Enumerable.Range(0, images.Count).Select(index => images.LabelOf(index)!.Value)];
        int claimed = Outliers.FindWrongLabels(own, [.. labels.Select(label => (int?)label)]).Count;
        Console.WriteLine($"with the labels as they are: {claimed} are called wrong");
        foreach (double share in new[] { 0.6, 0.7, 0.8, 0.9, 1 })
            MeasureLabels(own, labels, images.ClassNames.Count, share);

        return 0;
    }

    private static Task<EmbeddingIndex> EmbedAsync(FeatureExtractor extractor, ImageFolder images) =>
        BenchmarkVectors.EmbedAsync(extractor, Enumerable.Range(0, images.Count).Select(images.SourceOf));

    private static void MeasureStrangers(EmbeddingIndex own, EmbeddingIndex others, double deviations)
    {
        (int planted, int found, int right, int top) = (0, 0, 0, 0);
        for (int seed = 0; seed < Seeds; seed++)
        {
            int[] chosen = Draw(others.Count, Strangers, seed);
            IEnumerable<float[]> rows = chosen.Select(row => others.Rows.Row(row).ToArray());
            var mixed = new EmbeddingIndex([.. own.Rows.ToArray().Chunk(own.Width), .. rows]);
            OutlierReport report = Outliers.Find(mixed, new OutlierOptions { Deviations = deviations });
            (planted, found) = (planted + Strangers, found + report.Found.Count);
            right += report.Found.Count(each => each.Index >= own.Count);
            top += report.Scores.Index().OrderByDescending(each => each.Item).Take(2 * Strangers).Count(each => each.Index >= own.Count);
        }

        string setting = deviations.ToString(CultureInfo.InvariantCulture);
        Print($"strangers, deviations {setting}, {top} among the worst {2 * Strangers}", planted, found, right);
    }

    private static void MeasureLabels(EmbeddingIndex own, int[] labels, int classes, double share)
    {
        (int changed, int found, int right, int suggested) = (0, 0, 0, 0);
        for (int seed = 0; seed < Seeds; seed++)
        {
            var random = new DeterministicRandom((ulong)seed, "labels");
            int?[] given = [.. labels.Select(label => (int?)label)];
            int[] chosen = Draw(labels.Length, (int)(ChangedShare * labels.Length), seed);
            foreach (int index in chosen)
                given[index] = (labels[index] + 1 + random.NextInt32(classes - 1)) % classes;

            IReadOnlyList<WrongLabel> wrong = Outliers.FindWrongLabels(own, given, new OutlierOptions { MinimumShare = share });
            changed += chosen.Length;
            found += wrong.Count;
            right += wrong.Count(each => given[each.Index] != labels[each.Index]);
            suggested += wrong.Count(each => given[each.Index] != labels[each.Index] && each.SuggestedLabel == labels[each.Index]);
        }

        Print($"changed labels, share {share.ToString(CultureInfo.InvariantCulture)}, {suggested} with the right suggestion", changed, found, right);
    }

    private static int[] Draw(int count, int draws, int seed)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        new DeterministicRandom((ulong)seed, "draw").Shuffle(order);
        return order[..draws];
    }

    private static void Print(string what, int planted, int found, int right) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{what}: {planted} planted, {found} found, precision {100.0 * right / Math.Max(1, found):F1}, recall {100.0 * right / planted:F1}"));
}
