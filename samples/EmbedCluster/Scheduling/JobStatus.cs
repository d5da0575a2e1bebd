namespace EmbedCluster.Scheduling;

/// <summary>How far a job has come.</summary>
/// <param name="Name">The job.</param>
/// <param name="Folder">The output folder.</param>
/// <param name="Model">The model.</param>
/// <param name="Phase">What may be done.</param>
/// <param name="Shards">All shards.</param>
/// <param name="Done">The shards whose files are published.</param>
/// <param name="Images">The images that are done: in these shards, and in those at work.</param>
/// <param name="FailedImages">The images of finished shards that have an error instead of a vector.</param>
/// <param name="TotalImages">All images; null if there are tar archives, whose images are not known before.</param>
/// <param name="ImagesPerSecond">The rate of the last minute.</param>
/// <param name="Remaining">The time left at this rate; null if there is none.</param>
/// <param name="Workers">What each worker does.</param>
/// <param name="Counts">What has been counted since the job began.</param>
/// <param name="Parked">The shards that are no longer tried, and why. At most 100 of them.</param>
/// <param name="Message">What the job waits for, or why it ended, in words.</param>
/// <param name="Time">When this was so.</param>
public sealed record JobStatus(
    string Name, string Folder, string Model, JobPhase Phase, int Shards, int Done, long Images, long FailedImages, long? TotalImages,
    double ImagesPerSecond, TimeSpan? Remaining, IReadOnlyList<WorkerStatus> Workers, ScheduleCounts Counts, IReadOnlyList<ParkedShard> Parked,
    string Message, DateTimeOffset Time);

/// <summary>What a worker does.</summary>
/// <param name="Worker">The worker.</param>
/// <param name="Shard">Its shard, or <see cref="Lease.Finish"/>.</param>
/// <param name="Images">The images of it that are done.</param>
/// <param name="Since">When it got the shard.</param>
/// <param name="IsBackup">Whether another worker computes the same shard.</param>
public sealed record WorkerStatus(string Worker, int Shard, long Images, DateTimeOffset Since, bool IsBackup);

/// <summary>A shard that is no longer tried.</summary>
/// <param name="Shard">The shard.</param>
/// <param name="Failures">How often it failed.</param>
/// <param name="Losses">How often its worker was lost.</param>
/// <param name="Error">The last fault.</param>
public sealed record ParkedShard(int Shard, int Failures, int Losses, string Error);
