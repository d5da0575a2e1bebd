using System.Text.Json;
using EmbedCluster.Scheduling;
using Scott.Models.Benchmarks.Cluster;

namespace Scott.Models.Tests.Samples.Cluster;

/// <summary>Whatever workers, silos and stores do, every shard is done in the end, and every lease is accounted for.</summary>
public sealed class ShardSchedulePropertyTests
{
    private const int Jobs = 300;

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Schedule_OfRandomEvents_FinishesEveryShardAndCountsEveryLease()
    {
        for (int seed = 0; seed < Jobs; seed++)
            RunJob(new Random(seed));
    }

    [Fact]
    public void Simulation_WithDeathsAndStragglers_MissesNothingAndStaysNearTheIdeal()
    {
        SimulationResult result = new ClusterSimulation(new SimulationOptions
        {
            Workers = 100,
            Images = 20_000_000,
            ShardSize = 2_000,
            FailuresPerHour = 2,
            GrainFailuresPerHour = 20,
        }).Run();
        Assert.Equal(0, result.Missing);
        Assert.True(result.Deaths > 20 && result.Moves > 3, $"{result}");
        Assert.InRange(result.Makespan / result.Ideal, 0.99, 1.4);
        Assert.InRange(result.Counts.Given, 10_000, 10_000 + (2 * result.Deaths) + result.Counts.Backups + (100 * result.Moves));
    }

    private static void RunJob(Random random)
    {
        int shards = random.Next(1, 40);
        var options = new ScheduleOptions { BackupFactor = random.Next(2) * 3, MostLosses = int.MaxValue };
        var schedule = new ShardSchedule(ScheduleState.Create(shards), options, Start);
        List<Lease> held = [];
        DateTimeOffset now = Start;
        for (int step = 0; schedule.State.Phase != JobPhase.Done; step++)
        {
            Assert.True(step < 100_000, "the job does not end");
            now += TimeSpan.FromSeconds(random.Next(10));
            switch (random.Next(100))
            {
                case < 45:
                    Take(schedule, held, $"worker {random.Next(8)}", now);
                    break;
                case < 75 when held.Count > 0:
                    Report(schedule, held, random, now);
                    break;
                case < 85 when held.Count > 0:
                    schedule.Renew(held[random.Next(held.Count)].Id, 1, now);
                    break;
                case < 90:
                    string gone = $"worker {random.Next(8)}";
                    schedule.Lose(worker => worker == gone); // its reports may still come
                    break;
                case < 95:
                    schedule.Expire(now);
                    break;
                case < 98:
                    schedule = Reload(schedule, options, now);
                    break;
                case 98:
                    schedule.Pause();
                    schedule.Resume();
                    break;
                default:
                    schedule.Cancel();
                    schedule.Resume();
                    break;
            }

            Check(schedule);
        }

        Assert.Equal(shards, schedule.Done);
    }

    private static void Take(ShardSchedule schedule, List<Lease> held, string worker, DateTimeOffset now)
    {
        if (schedule.Take(worker, now).Lease is not { } lease)
            return;

        Assert.Equal(lease.IsBackup ? 2 : 1, schedule.State.Leases.Count(other => other.Shard == lease.Shard));
        held.Add(lease);
    }

    private static void Report(ShardSchedule schedule, List<Lease> held, Random random, DateTimeOffset now)
    {
        Lease lease = held[random.Next(held.Count)];
        held.Remove(lease);
        ShardEnd end = lease.Shard == Lease.Finish ? ShardEnd.Found : (ShardEnd)random.Next(5);
        int[]? unsound = lease.Shard == Lease.Finish && random.Next(3) == 0 ? [random.Next(schedule.State.Shards)] : null;
        schedule.Report(new ShardReport(lease.Id, lease.Shard, end, 10, 1, random.Next(1, 20), "an error", unsound), now);
        if (schedule.State.Phase == JobPhase.Incomplete || schedule.State.Faults.Values.Any(faults => faults.IsParked))
            schedule.Resume();
        if (schedule.State.Phase == JobPhase.Running && schedule.State.Faults.Values.Any(faults => faults.IsParked))
        {
            schedule.Pause();
            schedule.Resume(); // takes parked shards up again
        }
    }

    /// <summary>As another silo takes the grain over.</summary>
    private static ShardSchedule Reload(ShardSchedule schedule, ScheduleOptions options, DateTimeOffset now) =>
        new(JsonSerializer.Deserialize<ScheduleState>(JsonSerializer.Serialize(schedule.State))!, options, now);

    private static void Check(ShardSchedule schedule)
    {
        ScheduleState state = schedule.State;
        ScheduleCounts counts = state.Counts;
        long ended = counts.Computed + counts.Found + counts.Lost + counts.Expired + counts.Failed + counts.Hindered + counts.GivenBack;
        Assert.Equal(counts.Given, ended + state.Leases.Count(lease => lease.Shard != Lease.Finish));
        Assert.Equal(schedule.Done, state.Done.Sum(bits => int.PopCount(bits)));
        Assert.All(state.Leases, lease => Assert.True(
            lease.Shard == Lease.Finish || (state.Done[lease.Shard / 8] & (1 << (lease.Shard % 8))) == 0, "a shard that is done is leased"));
    }
}
