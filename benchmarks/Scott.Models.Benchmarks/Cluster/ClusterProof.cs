using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using EmbedCluster.Scheduling;
using Scott.Models.Inference;

namespace Scott.Models.Benchmarks.Cluster;

/// <summary>Runs a job on silos that are killed, a database that is killed and a disk that fills up, and compares the result, byte for byte, with
/// that of one process without faults.</summary>
internal sealed class ClusterProof(ProofOptions options, Action<string> say)
{
    private const string Job = "proof";

    private static readonly TimeSpan SilenceLimit = TimeSpan.FromMinutes(3);

    private readonly List<string> _lines = [];
    private readonly Random _random = new(options.Seed);
    private string Output => Path.Combine(options.Folder, Job);

    public async Task<ProofResult> RunAsync(CancellationToken cancellationToken)
    {
        string[] tars = await DrawnTars.WriteAsync(Path.Combine(options.Folder, "tars"), options.Images, options.ImagesPerTar, cancellationToken);
        string reference = Path.Combine(options.Folder, "reference");
        await ComputeReferenceAsync(tars, reference, cancellationToken);
        long bytes = Directory.EnumerateFiles(reference).Sum(path => new FileInfo(path).Length);
        if (Directory.Exists(Output))
            Directory.Delete(Output, recursive: true);

        using SmallDisk? disk = SmallDisk.Create(Output, (bytes * 5 / 4) + (32 << 20));
        await using PostgresServer postgres = await PostgresServer.StartAsync(cancellationToken);
        SiloProcess[] silos = [.. Enumerable.Range(0, options.Silos).Select(number => new SiloProcess(
            options.Program, ["--postgres", postgres.ConnectionString, "--threads", "1", .. options.SiloOptions],
            Path.Combine(options.Folder, $"silo-{number}.log")))];
        try
        {
            foreach (SiloProcess silo in silos)
                silo.Start();
            foreach (SiloProcess silo in silos)
                await silo.WaitAsync(cancellationToken);

            var truth = new StatusTruth(Output, tars.Length, options);
            var faults = new ProofFaults(options, silos, postgres, disk, Output, _random, Say);
            long begun = Stopwatch.GetTimestamp();
            JobStatus last = await RunJobAsync(tars, silos, truth, faults, cancellationToken);
            double seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
            Say(string.Create(CultureInfo.InvariantCulture, $"Done after {seconds:F0} s; the status was checked {truth.Samples} times."));
            Summarize(last, tars.Length);
            List<string> different = await CompareAsync(reference, Output, cancellationToken);
            List<string> wrong = [.. truth.Faults, .. CheckCounts(last, tars.Length), .. faults.Missed, .. different];
            if (wrong.Count == 0)
                Say($"All {Directory.EnumerateFiles(reference).Count()} files are the same, byte for byte, as those of one process without faults.");

            return new ProofResult(_lines, wrong, disk is not null);
        }
        finally
        {
            foreach (SiloProcess silo in silos)
                silo.Dispose();
        }
    }

    private void Say(string line)
    {
        _lines.Add(line);
        say(line);
    }

    private async Task ComputeReferenceAsync(string[] tars, string folder, CancellationToken cancellationToken)
    {
        ScottModel model = await ScottModel.FromPretrainedAsync(options.Model, cancellationToken: cancellationToken);
        using FeatureExtractor extractor = model.ExtractFeatures().Build();
        EmbeddingJob job = await EmbeddingJob.PlanAsync(folder, extractor, EmbeddingJobInputs.FromFiles(tars), null, cancellationToken);
        EmbeddingJobResult result = await job.RunAsync(null, cancellationToken);
        Say(string.Create(
            CultureInfo.InvariantCulture,
            $"One process: {result.Images} images in {result.Shards} shards, {result.ComputedShards} of them computed now, "
                + $"in {result.Elapsed.TotalSeconds:F0} s."));
    }

    private async Task<JobStatus> RunJobAsync(
        string[] tars, SiloProcess[] silos, StatusTruth truth, ProofFaults faults, CancellationToken cancellationToken)
    {
        await silos[0].StartJobAsync(tars, Output, options.Model, cancellationToken);
        for (long heard = Stopwatch.GetTimestamp(); ;)
        {
            int before = truth.CountFiles();
            SiloProcess asked = silos[_random.Next(silos.Length)];
            if (asked.IsUp && await asked.FindStatusAsync(Job, cancellationToken) is { } status)
            {
                heard = Stopwatch.GetTimestamp();
                truth.Check(status, before, silos);
                if (status.Phase == JobPhase.Incomplete || (status.Phase == JobPhase.Done && faults.AreOver))
                    return status;

                faults.Advance(status);
                await HoldAsync(asked, status, faults.MustWait(status), cancellationToken);
            }
            else if (Stopwatch.GetElapsedTime(heard) > SilenceLimit)
            {
                throw new TimeoutException($"No silo answered for {SilenceLimit.TotalMinutes:F0} minutes; see the logs in {options.Folder}.");
            }

            await faults.RecoverAsync(cancellationToken);
            await Task.Delay(options.Interval, cancellationToken);
        }
    }

    /// <summary>Pauses the job while it is ahead of the faults, so that a fast machine does not finish it before they have come.</summary>
    private static Task HoldAsync(SiloProcess silo, JobStatus status, bool mustWait, CancellationToken cancellationToken) =>
        (status.Phase, mustWait) switch
        {
            (JobPhase.Running, true) => silo.ChangeJobAsync(Job, "pause", cancellationToken),
            (JobPhase.Paused, false) => silo.ChangeJobAsync(Job, "resume", cancellationToken),
            _ => Task.CompletedTask,
        };

    private void Summarize(JobStatus status, int shards)
    {
        ScheduleCounts counts = status.Counts;
        Say($"Leases: {counts.Given} given for {shards} shards; {counts.Computed} computed, {counts.Found} found done, {counts.Lost} lost with their "
            + $"silo, {counts.Expired} expired, {counts.Hindered} hindered, {counts.GivenBack} given back, {counts.Failed} failed, "
            + $"{counts.Backups} second copies; {counts.Repaired} shards repaired.");
    }

    /// <summary>No shard is computed more often than the faults ask for, and every lease is accounted for.</summary>
    private static IEnumerable<string> CheckCounts(JobStatus status, int shards)
    {
        ScheduleCounts counts = status.Counts;
        if (counts.Computed > shards + counts.Repaired + counts.Backups)
        {
            yield return $"{counts.Computed} shards were computed; {shards} were to be, {counts.Repaired} again after a loss, "
                + $"{counts.Backups} as second copies.";
        }

        long ended = counts.Computed + counts.Found + counts.Lost + counts.Expired + counts.Hindered + counts.GivenBack + counts.Failed;
        if (counts.Given != ended + status.Workers.Count(worker => worker.Shard != Lease.Finish))
            yield return $"{counts.Given} leases were given, and {ended} have ended.";
        if (status.Phase != JobPhase.Done)
            yield return $"The job ended as {status.Phase}: {status.Message}";
    }

    private static async Task<List<string>> CompareAsync(string expected, string actual, CancellationToken cancellationToken)
    {
        List<string> faults = [];
        string[] names = [.. Directory.EnumerateFiles(expected).Select(path => Path.GetFileName(path)).Order()];
        string[] found = [.. Directory.EnumerateFiles(actual).Select(path => Path.GetFileName(path)).Order()];
        faults.AddRange(names.Except(found).Select(name => $"{name} is missing."));
        faults.AddRange(found.Except(names).Select(name => $"{name} should not be there."));
        foreach (string name in names.Intersect(found))
        {
            string hash = await HashAsync(Path.Combine(expected, name), cancellationToken);
            if (hash != await HashAsync(Path.Combine(actual, name), cancellationToken))
                faults.Add($"{name} differs.");
        }

        return faults;
    }

    private static async Task<string> HashAsync(string path, CancellationToken cancellationToken)
    {
        await using FileStream file = File.OpenRead(path);
        return Convert.ToHexString(await SHA256.HashDataAsync(file, cancellationToken));
    }
}
