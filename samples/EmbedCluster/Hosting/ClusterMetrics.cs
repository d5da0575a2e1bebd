using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using EmbedCluster.Scheduling;

namespace EmbedCluster.Hosting;

/// <summary>The measurements of a silo, for OpenTelemetry. Workers count on the silo that they run on; the silo that has a job's grain shows the
/// job.</summary>
public sealed class ClusterMetrics : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "EmbedCluster";

    private readonly Meter _meter = new(MeterName);
    private readonly ConcurrentDictionary<string, JobStatus> _jobs = [];
    private readonly Counter<long> _images;
    private readonly Counter<long> _shards;
    private readonly Histogram<double> _seconds;

    /// <summary>Makes the instruments.</summary>
    public ClusterMetrics()
    {
        _images = _meter.CreateCounter<long>("embed_cluster.worker.images", "{image}", "Images that workers of this silo have embedded.");
        _shards = _meter.CreateCounter<long>("embed_cluster.worker.shards", "{shard}", "Shards that workers of this silo ended, by how.");
        _seconds = _meter.CreateHistogram<double>("embed_cluster.worker.shard.duration", "s", "How long computed shards took.");
        _meter.CreateObservableGauge("embed_cluster.job.shards", ShardsOfJobs, "{shard}", "Shards of a job, by state.");
        _meter.CreateObservableGauge("embed_cluster.job.images", () => OfJobs(job => job.Images), "{image}", "Images of a job that are done.");
        _meter.CreateObservableGauge(
            "embed_cluster.job.image_errors", () => OfJobs(job => job.FailedImages), "{image}", "Images that cannot be read.");
        _meter.CreateObservableGauge("embed_cluster.job.rate", () => OfJobs(job => job.ImagesPerSecond), "{image}/s", "The rate of the last minute.");
        _meter.CreateObservableGauge(
            "embed_cluster.job.remaining", () => OfJobs(job => job.Remaining?.TotalSeconds ?? double.NaN), "s", "The time left at this rate.");
    }

    /// <summary>Counts embedded images.</summary>
    public void Count(long images) => _images.Add(images);

    /// <summary>Counts a shard that ended.</summary>
    public void Count(ShardReport report)
    {
        if (report.Shard == Lease.Finish)
            return;

        _shards.Add(1, new KeyValuePair<string, object?>("end", report.End.ToString()));
        if (report.End == ShardEnd.Computed)
            _seconds.Record(report.Seconds);
    }

    /// <summary>Shows a job.</summary>
    public void Show(JobStatus status) => _jobs[status.Name] = status;

    /// <summary>Shows a job no longer: its grain has left this silo.</summary>
    public void Forget(string job) => _jobs.TryRemove(job, out _);

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<double>> OfJobs(Func<JobStatus, double> value) =>
        _jobs.Values.Select(job => new Measurement<double>(value(job), new KeyValuePair<string, object?>("job", job.Name)));

    private IEnumerable<Measurement<long>> ShardsOfJobs() => _jobs.Values.SelectMany(job => new[]
    {
        Of(job, "done", job.Done),
        Of(job, "at_work", job.Workers.Count),
        Of(job, "parked", job.Parked.Count),
        Of(job, "all", job.Shards),
    });

    private static Measurement<long> Of(JobStatus job, string state, long value) =>
        new(value, new KeyValuePair<string, object?>("job", job.Name), new KeyValuePair<string, object?>("state", state));
}
