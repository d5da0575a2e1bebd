using System.Globalization;
using EmbedCluster.Scheduling;

namespace Scott.Models.Benchmarks.Cluster;

/// <summary>Compares each status of a job with what is on the disk and with which silos live.</summary>
internal sealed class StatusTruth(string folder, int shards, ProofOptions options)
{
    private const int MostFaults = 20;

    private readonly List<string> _faults = [];
    private long _repaired;
    private int _done;

    /// <summary>How often the status was checked.</summary>
    public int Samples { get; private set; }

    /// <summary>Where the status was wrong.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>The shards whose files are there.</summary>
    public int CountFiles() => Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "part-*.parquet").Count() : 0;

    /// <summary>Checks one status.</summary>
    /// <param name="status">The status.</param>
    /// <param name="filesBefore">The shards whose files were there before it was asked for.</param>
    /// <param name="silos">The silos.</param>
    public void Check(JobStatus status, int filesBefore, SiloProcess[] silos)
    {
        Samples++;
        int filesAfter = CountFiles();
        Require(status, status.Shards == shards, "it has another number of shards");

        // A shard that was deleted is believed to be there until the last check. So is nothing else.
        Require(status, status.Done <= filesAfter + 1, $"only {filesAfter} files are there");

        // A file is there a moment before its worker says so; a worker that was killed in that moment never does, and another finds the file.
        Require(status, status.Done + (2 * options.Silos) >= filesBefore, $"{filesBefore} files are there");
        Require(status, status.Done >= _done - (int)(status.Counts.Repaired - _repaired) - options.Silos, $"{_done} were done before");
        Require(status, status.Images <= options.Images + options.ImagesPerTar, "more images are done than there are");
        Require(status, status.Phase != JobPhase.Done || File.Exists(Path.Combine(folder, "_SUCCESS")), "the job is done without _SUCCESS");
        foreach (WorkerStatus worker in status.Workers)
        {
            SiloProcess? silo = Array.Find(silos, silo => silo.Owns(worker.Worker));
            Require(status, silo is not null, $"{worker.Worker} is no silo");
            bool mayLive = silo is null || silo.KilledAt < worker.Since || status.Time < silo.KilledAt + options.DetectionLimit;
            Require(status, mayLive, $"{worker.Worker} is shown at work, and was killed long ago");
        }

        (_done, _repaired) = (status.Done, status.Counts.Repaired);
    }

    private void Require(JobStatus status, bool isTrue, string fault)
    {
        if (!isTrue && _faults.Count < MostFaults)
        {
            _faults.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"The status said {status.Done} shards and {status.Images} images done at {status.Time:T}, but {fault}."));
        }
    }
}
