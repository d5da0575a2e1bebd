using System.Diagnostics;
using System.Globalization;
using Scott.Models.Foundation;
using Scott.Models.Metrics;
using Scott.Models.Weights;

namespace Scott.Models.Benchmarks;

/// <summary>
/// What a search costs: time and memory of the exact index, one query at a time and many at once; or recall, time and building time of USearch's
/// graph (HNSW) against it. The vectors are drawn: 24 independent directions, and a tenth of noise.
/// </summary>
internal static class IndexSearch
{
    private const string ExactCommand = "index";
    private const string ApproximateCommand = "index-usearch";
    private const int Directions = 24;
    private const float Noise = 0.1f;
    private const int Queries = 256;
    private const int Rounds = 7;
    private const int Chunk = 10_000;

    private static readonly int[] BatchSizes = [16, 256];

    /// <summary>Connections of a vertex, candidates while building, candidates while searching. The first are USearch's defaults.</summary>
    private static readonly (ulong Connections, ulong Building, ulong Searching)[] Settings = [(16, 128, 64), (16, 128, 256), (32, 256, 256)];

    public static bool Handles(string[] arguments) => arguments is [ExactCommand or ApproximateCommand, ..];

    public static async Task<int> RunAsync(string[] arguments)
    {
        int[] numbers = [.. arguments.Skip(1).Select(
            text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0)];
        if (numbers is not [> 0, > 0])
        {
            await Console.Error.WriteLineAsync($"usage: {ExactCommand} VECTORS WIDTH, or {ApproximateCommand} VECTORS WIDTH");
            return 2;
        }

        (int count, int width) = (numbers[0], numbers[1]);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        EmbeddingIndex index = Draw(count, width, out ReadOnlyMemory<float>[] queries);
        Say($"{count} vectors of {width}: {(GC.GetTotalMemory(forceFullCollection: true) - before) / 1e6:F0} MB in memory with their keys");
        if (arguments[0] == ExactCommand)
            await MeasureExactAsync(index, queries);
        else
            MeasureApproximate(index, queries);

        return 0;
    }

    private static async Task MeasureExactAsync(EmbeddingIndex index, ReadOnlyMemory<float>[] queries)
    {
        Report("one query", 1, Time(() => index.Search(queries[0].Span, IndexRecall.DefaultCount)));
        foreach (int size in BatchSizes)
            Report($"{size} queries at once", size, Time(() => index.SearchBatch(queries[..size], IndexRecall.DefaultCount)));

        string key = index.Keys[index.Count / 2];
        index.TryGetVector(key, out float[]? vector);
        Report("remove and add one vector", 1, Time(() =>
        {
            index.Remove(key);
            index.AddRange([KeyValuePair.Create(key, (ReadOnlyMemory<float>)vector)]);
        }));
        string path = Path.Combine(Path.GetTempPath(), $"scott-{Guid.NewGuid():N}.index");
        try
        {
            long start = Stopwatch.GetTimestamp();
            await index.SaveAsync(path);
            Say($"save: {Stopwatch.GetElapsedTime(start).TotalSeconds:F2} s, {new FileInfo(path).Length / 1e6:F0} MB");
            foreach (WeightStorage storage in Enum.GetValues<WeightStorage>())
            {
                start = Stopwatch.GetTimestamp();
                EmbeddingIndex loaded = await EmbeddingIndex.LoadAsync(path, storage);
                Say($"load, {storage}: {Stopwatch.GetElapsedTime(start).TotalSeconds:F2} s");
                Report($"one query, {storage}", 1, Time(() => loaded.Search(queries[0].Span, IndexRecall.DefaultCount)));
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void MeasureApproximate(EmbeddingIndex index, ReadOnlyMemory<float>[] queries)
    {
        Report("exact, one query", 1, Time(() => index.Search(queries[0].Span, IndexRecall.DefaultCount)));
        foreach ((ulong connections, ulong building, ulong searching) in Settings)
        {
            using var graph = new USearchEmbeddingIndex(index.Width, connections, building, searching);
            long start = Stopwatch.GetTimestamp();
            foreach (string key in index.Keys)
            {
                index.TryGetVector(key, out float[]? vector);
                graph.AddRange([KeyValuePair.Create(key, (ReadOnlyMemory<float>)vector)]);
            }

            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            double recall = IndexRecall.Measure(graph, index, queries);
            double each = Time(() => Array.ForEach(queries, query => graph.Search(query.Span, IndexRecall.DefaultCount))) / queries.Length;
            Say($"USearch {connections}/{building}/{searching}: built in {seconds:F0} s, recall@10 {recall:F3}, {1000 * each:F2} ms a query");
        }
    }

    private static EmbeddingIndex Draw(int count, int width, out ReadOnlyMemory<float>[] queries)
    {
        var random = new DeterministicRandom(1, "index");
        float[] Normal(int length) => [.. Enumerable.Range(0, length).Select(_ => (float)random.NextNormal())];
        float[][] directions = [.. Enumerable.Range(0, width).Select(_ => Normal(Directions))];
        var quick = new Random(1);
        ReadOnlyMemory<float> Vector()
        {
            float[] place = [.. Enumerable.Range(0, Directions).Select(_ => quick.NextSingle() + quick.NextSingle() + quick.NextSingle() - 1.5f)];
            float[] vector = new float[width];
            for (int i = 0; i < width; i++)
                vector[i] = System.Numerics.Tensors.TensorPrimitives.Dot<float>(place, directions[i]) + (Noise * (quick.NextSingle() - 0.5f));

            return vector;
        }

        var index = new EmbeddingIndex();
        for (int first = 0; first < count; first += Chunk)
        {
            index.AddRange(Enumerable.Range(first, Math.Min(Chunk, count - first)).Select(
                i => KeyValuePair.Create(string.Create(CultureInfo.InvariantCulture, $"photos/album/{i:D8}.jpg"), Vector())));
        }

        queries = [.. Enumerable.Range(0, Queries).Select(_ => Vector())];
        return index;
    }

    /// <summary>The median time, in seconds, after a round to warm up.</summary>
    private static double Time(Action work)
    {
        double[] times = [.. Enumerable.Range(0, Rounds + 1).Select(_ =>
        {
            long start = Stopwatch.GetTimestamp();
            work();
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }).Skip(1).Order()];
        return times[Rounds / 2];
    }

    private static void Report(string what, int queries, double seconds) =>
        Say($"{what}: {1000 * seconds:F2} ms{(queries > 1 ? $", {1000 * seconds / queries:F2} ms each" : string.Empty)}");

    private static void Say(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));
}
