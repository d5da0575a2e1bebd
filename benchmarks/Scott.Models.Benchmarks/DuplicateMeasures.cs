using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using Scott.Models.Foundation;
using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Metrics;

namespace Scott.Models.Benchmarks;

/// <summary>How well near duplicates are found: each kind of variant is searched among all originals of a folder. And how fast.</summary>
internal static class DuplicateMeasures
{
    private const string Command = "duplicates";
    private const string SpeedCommand = "duplicates-speed";
    private const int SpeedCount = 100_000;

    private static readonly double[] Thresholds = [0.9, 0.95, 0.97, 0.98, 0.985, 0.99, 0.995, 0.999];
    private static readonly double[] Rates = [1e-4, 1e-5, 1e-6, 1e-7];

    public static bool Handles(string[] arguments) => arguments is [Command or SpeedCommand, ..];

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments.Length is < 2 or > 4)
        {
            await Console.Error.WriteLineAsync($"usage: {Command} IMAGES [MODEL [DIFFERENT-IMAGES]], or {SpeedCommand} IMAGES [MODEL]");
            return 2;
        }

        string id = arguments.Length > 2 ? arguments[2] : ScottModels.DefaultId;
        ScottModel model = await ScottModel.FromPretrainedAsync(id);
        using FeatureExtractor extractor = model.ExtractFeatures().Build();
        string[] files = Files(arguments[1]);
        if (arguments[0] == SpeedCommand)
        {
            MeasureSpeed(id, await BenchmarkVectors.EmbedAsync(extractor, files.Select(ImageSource.FromFile)));
            return 0;
        }

        await MeasureAsync(id, extractor, files);
        if (arguments.Length > 3)
        {
            EmbeddingIndex different = await BenchmarkVectors.EmbedAsync(extractor, Files(arguments[3]).Select(ImageSource.FromFile));
            Console.WriteLine($"thresholds by {different.Count} images of {arguments[3]}:");
            PrintThresholds(different);
        }

        return 0;
    }

    private static string[] Files(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private static async Task MeasureAsync(string id, FeatureExtractor extractor, string[] files)
    {
        EmbeddingIndex originals = await BenchmarkVectors.EmbedAsync(extractor, files.Select(ImageSource.FromFile));
        Console.WriteLine($"{id}, {originals.Count} images; recall / precision in percent, each variant among all originals");
        Console.WriteLine($"| variant | median cosine | {string.Join(" | ", Thresholds.Select(threshold => Text($"{threshold}")))} |");
        Console.WriteLine($"|---|---|{string.Concat(Thresholds.Select(_ => "---|"))}");
        foreach ((string name, Func<RgbImage, ImageSource> make) in ImageVariants.All)
        {
            IEnumerable<ImageSource> sources = files.Select(file => make(ImageDecoder.DecodeAsync(file).GetAwaiter().GetResult()));
            EmbeddingIndex variants = await BenchmarkVectors.EmbedAsync(extractor, sources);
            (float[] own, float[] others) = Compare(variants, originals);
            IEnumerable<string> cells = Thresholds.Select(threshold =>
            {
                (int right, int wrong) = (own.Count(cosine => cosine >= threshold), others.Count(cosine => cosine >= threshold));
                return Text($"{100.0 * right / own.Length:F1} / {(right + wrong == 0 ? double.NaN : 100.0 * right / (right + wrong)):F1}");
            });
            Console.WriteLine(Text($"| {name} | {own.Order().ElementAt(own.Length / 2):F4} | {string.Join(" | ", cells)} |"));
        }

        Console.WriteLine("pairs of originals that reach a threshold: " + string.Join(", ", Thresholds.Select(threshold =>
            Text($"{threshold}: {(Compare(originals, originals).Others.Count(cosine => cosine >= threshold)) / 2}"))));
        PrintThresholds(originals);
    }

    private static void PrintThresholds(EmbeddingIndex different)
    {
        foreach (double rate in Rates.Where(rate => rate * different.Count * (different.Count - 1) / 2 >= 1))
        {
            try
            {
                DuplicateThreshold chosen = NearDuplicates.ChooseThreshold(different, rate);
                Console.WriteLine(Text($"false-match rate {rate}: threshold {chosen.Threshold}, {chosen.FalseMatches} of {chosen.Pairs} pairs"));
            }
            catch (ArgumentException exception)
            {
                Console.WriteLine(Text($"false-match rate {rate}: {exception.Message}"));
            }
        }
    }

    /// <summary>The cosine of each variant with its original, and with every other original if it is at least the lowest threshold.</summary>
    private static (float[] Own, float[] Others) Compare(EmbeddingIndex variants, EmbeddingIndex originals)
    {
        (float[] own, List<float> others) = (new float[variants.Count], []);
        for (int i = 0; i < variants.Count; i++)
        {
            for (int j = 0; j < originals.Count; j++)
            {
                float cosine = TensorPrimitives.Dot(variants.Rows.Row(i), originals.Rows.Row(j));
                if (i == j)
                    own[i] = cosine;
                else if (cosine >= Thresholds[0])
                    others.Add(cosine);
            }
        }

        return (own, [.. others]);
    }

    /// <summary>Real vectors, each moved by half the difference of two others, so that the cloud keeps its shape.</summary>
    private static void MeasureSpeed(string id, EmbeddingIndex real)
    {
        var random = new DeterministicRandom(47, SpeedCommand);
        int width = real.Width;
        float[] rows = new float[SpeedCount * width];
        for (int i = 0; i < SpeedCount; i++)
        {
            Span<float> row = rows.AsSpan(i * width, width);
            real.Rows.Row(i % real.Count).CopyTo(row);
            if (i < real.Count)
                continue;

            TensorPrimitives.MultiplyAdd(real.Rows.Row(random.NextInt32(real.Count)), 0.5f, row, row);
            TensorPrimitives.MultiplyAdd(real.Rows.Row(random.NextInt32(real.Count)), -0.5f, row, row);
        }

        var vectors = new EmbeddingIndex(rows.Chunk(width));
        Console.WriteLine($"{id}: {SpeedCount} vectors from {real.Count} images");
        foreach (double threshold in new[] { 0.98, 0.999, 0.995, 0.99, 0.985, 0.98, 0.95, 0.9 }) // The first warms up.
        {
            long start = Stopwatch.GetTimestamp();
            IReadOnlyList<NearDuplicateGroup> groups = NearDuplicates.Find(vectors, threshold);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            int members = groups.Sum(group => 1 + group.Members.Count);
            Console.WriteLine(Text($"threshold {threshold}: {seconds:F2} s, {groups.Count} groups of {members} vectors"));
        }

        long started = Stopwatch.GetTimestamp();
        const int some = 10_000;
        PairHistogram.Measure(vectors.Rows, some, null, CancellationToken.None);
        double all = Stopwatch.GetElapsedTime(started).TotalSeconds * SpeedCount / some * SpeedCount / some;
        Console.WriteLine(Text($"every pair of {SpeedCount} would take {all:F0} s, by {some} of them"));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
