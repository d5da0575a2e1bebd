using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Scott.Models.Datasets;
using Scott.Models.Inference;
using Scott.Models.Metrics;
using Scott.Models.Weights;

namespace Scott.Models.Benchmarks.Ratios;

/// <summary>
/// <c>growth [WHAT]</c>: how time grows with batch, image size, depth, threads, classes, files in a folder (<c>growth folder</c>) and vectors in an
/// index (<c>growth index</c>). Each table has the time relative to its first row, and relative to what the law of growth says.
/// </summary>
internal static class GrowthTables
{
    private const string Command = "growth";
    private const string Mini = "scott-mini-112";
    /// <summary>The tokenizer takes about as long as so many blocks.</summary>
    private const int TokenizerBlocks = 5;
    private const int Turns = 5;
    private const double SecondsPerTurn = 0.3;
    private const int IndexWidth = 192;
    private const int IndexChunk = 100_000;

    private static readonly (string Name, Action Print)[] Tables =
    [
        ("batch", () => Print("images in a batch", "each image takes as long", [1, 2, 4, 8, 16, 32, 64], images => images,
            images => Inference(ScottModel.Create(Mini, seed: 47), images, threads: 0))),
        ("size", () => Print("pixels of the image's side", "like the number of pixels", [112, 160, 224, 320, 448], side => (double)side * side,
            side => Inference(ScottModel.Create(Mini, seed: 47).WithImageSize(side), 1, threads: 0))),
        ("depth", () => Print("blocks", "blocks + 5: the tokenizer's share", [2, 4, 6, 12, 24], depth => depth + TokenizerBlocks, depth => Inference(
            ScottModel.Create(ScottArchitectures.Get(Mini) with { Depth = depth }, seed: 47), 1, threads: 0))),
        ("threads", () => Print("threads", "like 1 / threads", [.. Enumerable.Range(1, Environment.ProcessorCount)], threads => 1.0 / threads,
            threads => Inference(ScottModel.Create(Mini, seed: 47), 8, threads))),
        ("classes", () => Print("classes of a linear head", "as long, the head is a small part", [2, 10, 100, 1000, 10_000], _ => 1, Classification)),
        ("folder", () => Print("files in a folder", "like the number of files", [1000, 10_000, 100_000, 1_000_000], files => files, OpenFolder)),
        ("index", () => Print(
            "vectors in an index", "like the number of vectors", [1000, 10_000, 100_000, 1_000_000, 10_000_000], vectors => vectors, Search)),
    ];

    public static bool Handles(string[] arguments) => arguments is [Command] or [Command, _];

    public static int Run(string[] arguments)
    {
        (string Name, Action Print)[] asked = [.. Tables.Where(table => arguments.Length == 1 || table.Name == arguments[1])];
        foreach ((_, Action print) in asked)
            print();

        if (asked.Length > 0)
            return 0;

        Console.Error.WriteLine($"There is no table '{arguments[1]}'; expected one of {string.Join(", ", Tables.Select(table => table.Name))}.");
        return 2;
    }

    /// <summary>One table in Markdown. The rows take turns; the least time of a row counts.</summary>
    private static void Print(string what, string law, int[] sizes, Func<int, double> expected, Func<int, Measured> prepare)
    {
        Console.WriteLine($"| {what} | time | of the first row's | of the law's ({law}) |\n|---|---|---|---|");
        Measured[] rows = [.. sizes.Select(prepare)];
        double[] seconds = [.. rows.Select(_ => double.PositiveInfinity)];
        for (int turn = 0; turn < Turns; turn++)
        {
            for (int row = 0; row < rows.Length; row++)
                seconds[row] = Math.Min(seconds[row], Ratio.Turn(rows[row].Run, SecondsPerTurn));
        }

        for (int row = 0; row < rows.Length; row++)
        {
            double growth = seconds[row] / seconds[0];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {sizes[row]} | {seconds[row] * 1000:0.###} ms | {growth:0.##} | {growth / (expected(sizes[row]) / expected(sizes[0])):F2} |"));
            rows[row].Dispose();
        }

        Console.WriteLine();
    }

    private static Measured Inference(ScottModel model, int images, int threads)
    {
        var options = new FeatureExtractionOptions { Threads = threads };
        FeatureLayout layout = FeatureLayout.ForFeatures(model.Architecture, options);
        var session = new OnnxFeatureEngine(model, null, layout, options, NullLogger.Instance);
        var batch = new FeatureBatch(layout, images);
        return new Measured(() => session.Run(batch, images, isBulk: false), session);
    }

    private static Measured Classification(int classes)
    {
        ScottModel model = ScottModel.Create(Mini, seed: 47);
        WeightSet head = WeightSpec.Initialize(HeadLayout.Of(ClassifierHead.Linear, model.Architecture.EmbeddingWidth, classes), seed: 47);
        var classifier = new ScottClassifier(
            model, ClassifierHead.Linear, head, [.. Enumerable.Range(0, classes).Select(i => i.ToString(CultureInfo.InvariantCulture))]);
        FeatureLayout layout = FeatureLayout.ForClasses(model.Architecture, classes);
        var session = new OnnxFeatureEngine(model, classifier, layout, new FeatureExtractionOptions(), NullLogger.Instance);
        var batch = new FeatureBatch(layout, 1);
        return new Measured(() => session.Run(batch, 1, isBulk: false), session);
    }

    /// <summary>Empty files: only the names count before an image is read.</summary>
    private static Measured OpenFolder(int files)
    {
        const int FilesPerClass = 1000;
        DirectoryInfo folder = Directory.CreateTempSubdirectory("scott-growth-");
        for (int i = 0; i < files; i += FilesPerClass)
        {
            string sub = folder.CreateSubdirectory(string.Create(CultureInfo.InvariantCulture, $"class{i / FilesPerClass:D4}")).FullName;
            for (int j = 0; j < FilesPerClass; j++)
                File.Create(Path.Combine(sub, string.Create(CultureInfo.InvariantCulture, $"{j:D4}.jpg"))).Dispose();
        }

        return new Measured(() => ImageFolder.Open(folder.FullName), new Deleted(folder));
    }

    private static Measured Search(int vectors)
    {
        var index = new EmbeddingIndex();
        var random = new Random(47);
        for (int first = 0; first < vectors; first += IndexChunk)
        {
            index.AddRange(Enumerable.Range(first, Math.Min(IndexChunk, vectors - first)).Select(i => KeyValuePair.Create(
                i.ToString(CultureInfo.InvariantCulture), (ReadOnlyMemory<float>)Draw(random))));
        }

        float[] query = Draw(random);
        return new Measured(() => index.Search(query, IndexRecall.DefaultCount), null);
    }

    private static float[] Draw(Random random)
    {
        float[] vector = new float[IndexWidth];
        for (int i = 0; i < vector.Length; i++)
            vector[i] = random.NextSingle() - 0.5f;

        return vector;
    }

    /// <summary>Work to measure, and what it holds.</summary>
    private sealed class Measured(Action run, IDisposable? held) : IDisposable
    {
        public Action Run => run;

        public void Dispose() => held?.Dispose();
    }

    private sealed class Deleted(DirectoryInfo folder) : IDisposable
    {
        public void Dispose() => folder.Delete(recursive: true);
    }
}
