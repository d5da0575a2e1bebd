namespace EmbedCluster;

/// <summary>What the silos log.</summary>
internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The state of job {job} cannot be saved now: {error}")]
    public static partial void NotSaved(ILogger logger, string job, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Worker {worker} cannot be started: {error}")]
    public static partial void NoWorker(ILogger logger, string worker, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Worker {worker} cannot reach job {job}: {error}")]
    public static partial void NoJob(ILogger logger, string worker, string job, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Shard {shard} of job {job} failed: {error}")]
    public static partial void ShardFailed(ILogger logger, int shard, string job, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Worker {worker} cannot work on job {job}: {error}")]
    public static partial void Hindered(ILogger logger, string worker, string job, string error);

    [LoggerMessage(Level = LogLevel.Information, Message = "Shard {shard} of job {job}: {images} images in {seconds:F1} s ({end})")]
    public static partial void ShardEnded(ILogger logger, int shard, string job, long images, double seconds, Scheduling.ShardEnd end);
}
