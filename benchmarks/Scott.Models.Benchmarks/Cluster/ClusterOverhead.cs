using System.Diagnostics;
using System.Globalization;
using EmbedCluster.Scheduling;
using Scott.Models.Inference;

namespace Scott.Models.Benchmarks.Cluster;

/// <summary>What the cluster costs: the same images by a plain loop, by a cluster of one, and by two silos of half the threads, in turn.</summary>
/// <remarks>Two times are taken: of the whole job, and of the shards in its middle, when all are warm and none waits for the end. The latter is read
/// from the times of the shards' files, so that nobody has to ask a silo while it works.</remarks>
internal static class ClusterOverhead
{
    private const string Model = "scott-mini-112";
    private const int ImagesPerTar = 200;
    private const int Rounds = 3;

    /// <summary>The part of the shards at each end that the rate in the middle leaves out.</summary>
    private const double End = 0.1;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);

    public static async Task RunAsync(string program, string folder, int images)
    {
        string[] tars = await DrawnTars.WriteAsync(Path.Combine(folder, "tars"), images, ImagesPerTar, CancellationToken.None);
        int threads = Environment.ProcessorCount;
        (string Name, Func<string, Task<double>> Run)[] ways =
        [
            ($"plain loop, {threads} threads", output => PlainAsync(tars, output, threads)),
            ($"one silo, {threads} threads", output => ClusterAsync(program, tars, output, folder, silos: 1, threads)),
            ($"two silos, {threads / 2} thread each", output => ClusterAsync(program, tars, output, folder, silos: 2, threads / 2)),
        ];
        List<double>[] whole = [.. ways.Select(_ => new List<double>())];
        List<double>[] middle = [.. ways.Select(_ => new List<double>())];
        for (int round = 0; round < Rounds; round++)
        {
            for (int way = 0; way < ways.Length; way++)
            {
                string output = Path.Combine(folder, "overhead");
                if (Directory.Exists(output))
                    Directory.Delete(output, recursive: true);

                whole[way].Add(images / await ways[way].Run(output));
                middle[way].Add(FindMiddleRate(output, tars.Length));
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{ways[way].Name}: {whole[way][^1]:F1} images/s, {middle[way][^1]:F1} in the middle"));
            }
        }

        Console.WriteLine("| | whole job, images/s | against the plain loop | in the middle, images/s | against the plain loop |");
        Console.WriteLine("|---|---|---|---|---|");
        for (int way = 0; way < ways.Length; way++)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {ways[way].Name} | {Median(whole[way]):F1} | {Ratio(whole, way):F3} | {Median(middle[way]):F1} | {Ratio(middle, way):F3} |"));
        }
    }

    /// <summary>The images per second between the ends of two shards, one near the start and one near the end of the job.</summary>
    private static double FindMiddleRate(string output, int shards)
    {
        DateTime[] ends = [.. Directory.EnumerateFiles(output, "*.parquet").Select(File.GetLastWriteTimeUtc).Order()];
        int skipped = (int)(shards * End);
        return (shards - 1 - (2 * skipped)) * ImagesPerTar / (ends[^(1 + skipped)] - ends[skipped]).TotalSeconds;
    }

    /// <summary>The median of the rounds' ratios: both sides of each come from the same minutes of the machine.</summary>
    private static double Ratio(List<double>[] rates, int way) => Median([.. rates[way].Zip(rates[0], (rate, plain) => rate / plain)]);

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static async Task<double> PlainAsync(string[] tars, string output, int threads)
    {
        long begun = Stopwatch.GetTimestamp();
        ScottModel model = await ScottModel.FromPretrainedAsync(Model);
        using FeatureExtractor extractor = model.ExtractFeatures().WithThreads(threads).Build();
        EmbeddingJob job = await EmbeddingJob.PlanAsync(output, extractor, EmbeddingJobInputs.FromFiles(tars));
        await job.RunAsync();
        return Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    /// <summary>From the call that starts the job, so with planning, loading the model, and the last check.</summary>
    private static async Task<double> ClusterAsync(string program, string[] tars, string output, string folder, int silos, int threads)
    {
        await using PostgresServer? postgres = silos > 1 ? await PostgresServer.StartAsync(CancellationToken.None) : null;
        string[] store = postgres is null ? [] : ["--postgres", postgres.ConnectionString];
        SiloProcess[] started = [.. Enumerable.Range(0, silos).Select(number => new SiloProcess(
            program, [.. store, "--threads", threads.ToString(CultureInfo.InvariantCulture)], Path.Combine(folder, $"overhead-{number}.log")))];
        try
        {
            foreach (SiloProcess silo in started)
            {
                silo.Start();
                await silo.WaitAsync(CancellationToken.None);
            }

            long begun = Stopwatch.GetTimestamp();
            await started[0].StartJobAsync(tars, output, Model, CancellationToken.None);
            while (await started[0].FindStatusAsync(Path.GetFileName(output), CancellationToken.None) is not { Phase: JobPhase.Done })
                await Task.Delay(Interval);

            return Stopwatch.GetElapsedTime(begun).TotalSeconds;
        }
        finally
        {
            foreach (SiloProcess silo in started)
                silo.Dispose();
        }
    }
}
