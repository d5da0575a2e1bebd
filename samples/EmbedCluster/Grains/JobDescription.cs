using EmbedCluster.Scheduling;
using Scott.Models.Foundation;

namespace EmbedCluster.Grains;

/// <summary>Says how far a job has come.</summary>
internal static class JobDescription
{
    private const int MostParked = 100;

    public static JobStatus Make(
        JobPlan plan, ShardSchedule schedule, RateMeter rate, IReadOnlyDictionary<string, string> hindrances, DateTimeOffset now)
    {
        ScheduleState state = schedule.State;
        int done = schedule.Done;
        long images = state.Counts.Images + schedule.ImagesInWork;
        ParkedShard[] parked =
        [
            .. state.Faults.Where(pair => pair.Value.IsParked).OrderBy(pair => pair.Key).Take(MostParked)
                .Select(pair => new ParkedShard(pair.Key, pair.Value.Failures, pair.Value.Losses, pair.Value.Error ?? "unknown")),
        ];
        return new JobStatus(
            plan.Name, plan.Folder, plan.Model, state.Phase, plan.Shards, done, images, state.Counts.FailedImages, plan.TotalImages,
            rate.PerSecond(now), Remaining(plan, state, rate, images, done, now),
            [.. state.Leases.Select(lease => new WorkerStatus(lease.Worker, lease.Shard, lease.Images, lease.Given, lease.IsBackup))],
            state.Counts, parked, Message(state, hindrances), now);
    }

    /// <summary>By images. Where their total is not known, by the mean number of images of the shards that are done.</summary>
    private static TimeSpan? Remaining(JobPlan plan, ScheduleState state, RateMeter rate, long images, int done, DateTimeOffset now)
    {
        double total = plan.TotalImages ?? (done > 0 ? (double)state.Counts.Images / done * plan.Shards : 0);
        double perSecond = rate.PerSecond(now);
        return state.Phase == JobPhase.Running && total > 0 && perSecond > 0
            ? TimeSpan.FromSeconds(Math.Round(Math.Max(0, total - images) / perSecond))
            : null;
    }

    private static string Message(ScheduleState state, IReadOnlyDictionary<string, string> hindrances)
    {
        string workers = Plural.Of(state.Leases.Count, "worker");
        string text = state.Phase switch
        {
            JobPhase.Running when state.Leases.Any(lease => lease.Shard == Lease.Finish) => "Checking all shards.",
            JobPhase.Running when state.Leases.Count == 0 && state.Faults.Values.Any(faults => !faults.IsParked) => "Waiting to try again.",
            JobPhase.Running when state.Leases.Count == 0 => "Waiting for workers.",
            JobPhase.Running => $"{workers} at work.",
            JobPhase.Paused when state.Leases.Count > 0 => $"Paused; {workers} still to finish a shard.",
            JobPhase.Paused => "Paused.",
            JobPhase.Cancelled when state.Leases.Count > 0 => $"Cancelled; {workers} still to give up.",
            JobPhase.Cancelled => "Cancelled. Finished shards are kept.",
            JobPhase.Incomplete => "Ended without the parked shards. Repair their inputs, and resume.",
            JobPhase.Done => "Done: all shards are there and sound.",
            _ => string.Empty,
        };
        return hindrances.Count == 0 || state.Phase is JobPhase.Done or JobPhase.Incomplete
            ? text
            : $"{text} {hindrances.First().Key}: {hindrances.First().Value}";
    }
}
