using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Scott.Models.Inference;
using Scott.Models.Metrics;

namespace Scott.Models.Benchmarks;

/// <summary>
/// What a search in the folder of a job costs, beside other ways: all give the same answer, with the same number of threads, from files that the
/// system has in memory. Then the library's own search from the disk, with many queries, and beside an index in memory.
/// </summary>
internal static class JobSearchTrial
{
    private const string Command = "job-search";
    private const int ShardSize = EmbeddingJobOptions.DefaultShardSize;
    private const int Results = IndexRecall.DefaultCount;
    private const int Rounds = 5;
    private const int Million = 1_000_000;

    private static readonly int[] BatchSizes = [16, 256];

    public static bool Handles(string[] arguments) => arguments is [Command, ..];

    public static async Task<int> RunAsync(string[] arguments)
    {
        int[] numbers = [.. arguments.Skip(1).Select(
            text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0)];
        if (numbers is not [> 0, > 0])
        {
            await Console.Error.WriteLineAsync($"usage: {Command} VECTORS WIDTH");
            return 2;
        }

        (int count, int width) = (numbers[0], numbers[1]);
        string folder = Directory.CreateTempSubdirectory("scott-job-").FullName;
        try
        {
            long start = Stopwatch.GetTimestamp();
            await DrawnJob.WriteAsync(folder, DrawnJob.Fingerprint(width), (count + ShardSize - 1) / ShardSize, shard => Rows(shard, count, width));
            double bytes = Directory.EnumerateFiles(folder).Sum(path => new FileInfo(path).Length);
            Say($"{count} vectors of {width}, {bytes / 1e9:F2} GB, written in {Seconds(start):F0} s; {Environment.ProcessorCount} processors");
            await MeasureAsync(folder, count, width);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return 0;
    }

    private static async Task MeasureAsync(string folder, int count, int width)
    {
        EmbeddingJobIndex job = await EmbeddingJobIndex.OpenAsync(folder);
        (double open, _) = await TimeAsync(Rounds, () => EmbeddingJobIndex.OpenAsync(folder));
        Say($"open: {open:F3} s");
        ReadOnlyMemory<float>[] queries = [.. Rows(-1, BatchSizes[^1], width).Select(row => (ReadOnlyMemory<float>)row.Vector!)];
        int rounds = count > Million ? 1 : Rounds; // of what takes long
        (double library, string[] expected) = await TimeAsync(
            Rounds, async () => Keys((await job.SearchBatchAsync(queries[..1], Results))[0]));
        Say($"library, one query: {library:F3} s");
        using var ways = new JobSearchWays(folder, queries[0].ToArray(), Results);
        foreach ((string name, Func<Task<string[]>> search) in ways.All)
        {
            (double seconds, string[] found) = await TimeAsync(rounds, search);
            string verdict = found.SequenceEqual(expected) ? "same answer" : $"OTHER ANSWER: {string.Join(", ", found.Take(3))}";
            Say($"{name}, one query: {seconds:F3} s, {seconds / library:F2} times the library; {verdict}");
        }

        foreach (int size in BatchSizes.Where(size => size == BatchSizes[0] || count <= Million))
        {
            (double batch, _) = await TimeAsync(rounds, () => job.SearchBatchAsync(queries[..size], Results));
            Say($"library, {size} queries at once: {batch:F3} s, {1000 * batch / size:F1} ms each");
        }

        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        await job.SearchBatchAsync(queries[..1], Results);
        Say($"library, one query: {(GC.GetTotalAllocatedBytes(precise: true) - allocated) / 1e6:F1} MB allocated");
        if (OperatingSystem.IsLinux())
        {
            (double cold, _) = await TimeAsync(1, () =>
            {
                Evict(folder);
                return job.SearchBatchAsync(queries[..1], Results);
            });
            Say($"library, one query, from the disk: {cold:F2} s");
        }

        (double verified, _) = await TimeAsync(1, () => EmbeddingJobIndex.OpenAsync(folder, new() { VerifyChecksums = true }));
        Say($"open, with checksums: {verified:F2} s");
        if (count <= Million)
            await CompareIndexAsync(job, queries, library);
    }

    private static async Task CompareIndexAsync(EmbeddingJobIndex job, ReadOnlyMemory<float>[] queries, double library)
    {
        var index = new EmbeddingIndex(job.Fingerprint);
        await foreach (EmbeddingJobRow[] rows in job.ReadAsync().Chunk(ShardSize))
            index.AddRange(rows.Select(row => KeyValuePair.Create(row.Key, row.Vector)), job.Fingerprint);

        (double memory, IReadOnlyList<SearchHit> hits) = await TimeAsync(Rounds, () => Task.FromResult(index.Search(queries[0].Span, Results)));
        bool isSame = hits.SequenceEqual((await job.SearchBatchAsync(queries[..1], Results))[0]);
        Say($"EmbeddingIndex in memory, one query: {memory:F3} s, {memory / library:F2} times the library; {(isSame ? "same" : "OTHER")} answer");
    }

    private static IEnumerable<DrawnRow> Rows(int shard, int count, int width)
    {
        var random = new Random(shard);
        int first = Math.Max(0, shard) * ShardSize;
        for (int row = first; row < Math.Min(count, first + ShardSize); row++)
        {
            float[] vector = new float[width];
            for (int i = 0; i < width; i++)
                vector[i] = random.NextSingle() - 0.5f;

            yield return new DrawnRow(DrawnJob.Key(row), vector);
        }
    }

    private static string[] Keys(IEnumerable<SearchHit> hits) => [.. hits.Select(hit => hit.Key)];

    /// <summary>The median time, in seconds, after a round to warm up if there are several.</summary>
    private static async Task<(double Seconds, T Result)> TimeAsync<T>(int rounds, Func<Task<T>> work)
    {
        T result = default!;
        List<double> times = [];
        for (int round = rounds > 1 ? -1 : 0; round < rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            result = await work();
            if (round >= 0)
                times.Add(Seconds(start));
        }

        return (times.Order().ElementAt(rounds / 2), result);
    }

    /// <summary>Lets the system forget the files, so that they are read from the disk again.</summary>
    private static void Evict(string folder)
    {
        const int DontNeed = 4;
        foreach (string path in Directory.EnumerateFiles(folder, "*.parquet"))
        {
            using FileStream stream = File.OpenRead(path);
            int result = posix_fadvise(stream.SafeFileHandle.DangerousGetHandle(), 0, 0, DontNeed);
            if (result != 0)
                throw new IOException($"The system keeps '{path}' in memory: error {result}.");
        }
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int posix_fadvise(nint file, long offset, long length, int advice);

    private static double Seconds(long start) => Stopwatch.GetElapsedTime(start).TotalSeconds;

    private static void Say(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));
}
