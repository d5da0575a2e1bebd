using EmbedCluster.Scheduling;

namespace EmbedCluster.Grains;

/// <summary>A job: its plan, who computes what, and how far it has come. Its key is the job's name.</summary>
public interface IJobGrain : IGrainWithStringKey
{
    /// <summary>Begins the job, or resumes it if it has the same plan.</summary>
    /// <exception cref="InvalidOperationException">There is a job of this name with another plan that has not ended.</exception>
    Task StartAsync(JobPlan plan);

    /// <summary>The plan; null if there is no such job.</summary>
    Task<JobPlan?> GetPlanAsync();

    /// <summary>Takes a worker's report, and gives it the next piece of work. A worker with the plan of an earlier job of this name is sent
    /// away.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="plan">The plan that it works on.</param>
    /// <param name="report">How its last shard went; null if it had none.</param>
    Task<WorkerOrder> NextAsync(string worker, JobPlan plan, ShardReport? report);

    /// <summary>Prolongs a lease.</summary>
    /// <returns>False if the worker is to give up.</returns>
    Task<bool> RenewAsync(string worker, JobPlan plan, long lease, long images);

    /// <summary>Takes the last report of a worker that stops.</summary>
    Task LeaveAsync(string worker, JobPlan? plan, ShardReport? report);

    /// <summary>Says why a worker cannot work, for the status.</summary>
    /// <returns>False if the worker is to give up: its plan is of an earlier job, or the job needs no workers.</returns>
    Task<bool> HinderAsync(string worker, JobPlan plan, string reason);

    /// <summary>Hands out no more shards.</summary>
    Task PauseAsync();

    /// <summary>Resumes: after a pause, after a cancellation, with the parked shards, or with a new check of a finished job.</summary>
    Task ResumeAsync();

    /// <summary>Ends the work. Finished shards are kept.</summary>
    Task CancelAsync();

    /// <summary>How far the job has come; null if there is no such job.</summary>
    Task<JobStatus?> GetStatusAsync();

    /// <summary>The status once a second, until the job has ended.</summary>
    IAsyncEnumerable<JobStatus> WatchAsync(CancellationToken cancellationToken = default);
}
