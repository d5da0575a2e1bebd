using EmbedCluster.Scheduling;

namespace Scott.Models.Tests.Samples.Cluster;

public sealed class ShardScheduleTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly ScheduleOptions Options = new();

    private readonly ScheduleState _state = ScheduleState.Create(3);
    private readonly ShardSchedule _schedule;

    public ShardScheduleTests() => _schedule = new ShardSchedule(_state, Options, Start);

    [Fact]
    public void Take_ShardByShard_EndsWithTheLastCheck()
    {
        for (int shard = 0; shard < 3; shard++)
        {
            Lease lease = Take("a");
            Assert.Equal((shard, false), (lease.Shard, lease.IsBackup));
            Report(lease, ShardEnd.Computed, images: 10);
        }

        Lease last = Take("a");
        Assert.Equal(Lease.Finish, last.Shard);
        Assert.Null(_schedule.Take("b", Start).Lease); // one checks
        _schedule.Report(new ShardReport(last.Id, last.Shard, ShardEnd.Found, Unsound: []), Start);
        Assert.Equal(JobPhase.Done, _state.Phase);
        Assert.Equal(WorkerOrder.Leave, _schedule.Take("a", Start));
        Assert.Equal((3L, 3L, 30L), (_state.Counts.Given, _state.Counts.Computed, _state.Counts.Images));
    }

    /// <summary>A worker that waits for its folder or its model must not wait for a job that ended.</summary>
    [Fact]
    public void NeedsWorkers_WhileRunningOrPaused_AndNotAfterTheEnd()
    {
        Assert.True(_schedule.NeedsWorkers);
        _schedule.Pause();
        Assert.True(_schedule.NeedsWorkers);
        _schedule.Cancel();
        Assert.False(_schedule.NeedsWorkers);
        _schedule.Resume();
        ComputeAll();
        Lease check = Take("a");
        _schedule.Report(new ShardReport(check.Id, check.Shard, ShardEnd.Found, Unsound: []), Start);
        Assert.False(_schedule.NeedsWorkers);
    }

    [Fact]
    public void LastCheck_ThatFindsAShardMissing_HasItComputedAgain()
    {
        ComputeAll();
        Lease check = Take("a");
        _schedule.Report(new ShardReport(check.Id, check.Shard, ShardEnd.Found, Unsound: [1]), Start);
        Assert.Equal((JobPhase.Running, 2), (_state.Phase, _schedule.Done));
        Lease again = Take("b");
        Assert.Equal(1, again.Shard);
        Report(again, ShardEnd.Computed);
        Assert.Equal(Lease.Finish, Take("b").Shard);
        Assert.Equal((1L, 4L), (_state.Counts.Repaired, _state.Counts.Given));
    }

    [Fact]
    public void Expire_LeaseThatIsNotRenewed_GivesTheShardToAnother()
    {
        Lease lease = Take("a");
        Assert.True(_schedule.Renew(lease.Id, 5, Start + (Options.LeaseTime / 2)));
        Assert.Equal(0, _schedule.Expire(Start + Options.LeaseTime));
        Assert.Equal(1, _schedule.Expire(Start + (Options.LeaseTime * 1.5)));
        Assert.False(_schedule.Renew(lease.Id, 6, Start + (Options.LeaseTime * 1.5)));
        Assert.Equal(0, Take("b").Shard);
    }

    [Fact]
    public void Report_AfterTheLeaseHasEnded_CountsTheShardAndStopsTheOther()
    {
        Lease lost = Take("a");
        Assert.Equal(1, _schedule.Lose(worker => worker == "a"));
        Lease second = Take("b");
        Assert.Equal(lost.Shard, second.Shard);
        Report(lost, ShardEnd.Computed, images: 7);
        Assert.Equal((1, 7L), (_schedule.Done, _state.Counts.Images));
        Assert.False(_schedule.Renew(second.Id, 3, Start));
        Report(second, ShardEnd.Computed, images: 7); // its file was there before it was told
        Assert.Equal((1, 7L, 0L), (_schedule.Done, _state.Counts.Images, _state.Counts.Computed));
        Assert.Equal(1, Take("b").Shard);
    }

    [Fact]
    public void Report_Twice_CountsOnce()
    {
        Lease lease = Take("a");
        Report(lease, ShardEnd.Computed, images: 7);
        Report(lease, ShardEnd.Computed, images: 7);
        Assert.Equal((1, 7L, 1L), (_schedule.Done, _state.Counts.Images, _state.Counts.Computed));
    }

    [Fact]
    public void Failures_OfOneShard_ParkItAndResumeTriesAgain()
    {
        DateTimeOffset now = Start;
        for (int failure = 1; failure <= Options.MostFailures; failure++)
        {
            Lease lease = _schedule.Take("a", now).Lease!;
            Assert.Equal(0, lease.Shard);
            _schedule.Report(new ShardReport(lease.Id, 0, ShardEnd.Failed, Error: "the archive is damaged"), now);
            Assert.NotEqual(0, Peek(now)); // not at once
            now += Options.RetryDelay * failure;
        }

        Report(_schedule.Take("a", now).Lease!, ShardEnd.Computed);
        Report(_schedule.Take("a", now).Lease!, ShardEnd.Computed);
        Assert.Equal(WorkerOrder.Leave, _schedule.Take("a", now));
        Assert.Equal((JobPhase.Incomplete, "the archive is damaged"), (_state.Phase, _state.Faults[0].Error));
        _schedule.Resume();
        Report(_schedule.Take("a", now).Lease!, ShardEnd.Computed);
        Assert.Equal(Lease.Finish, _schedule.Take("a", now).Lease!.Shard);
        Assert.Empty(_state.Faults);
    }

    [Fact]
    public void Losses_OfOneShard_ParkWhatMayKillItsWorkers()
    {
        for (int loss = 0; loss < Options.MostLosses; loss++)
        {
            Assert.Equal(0, Take("a").Shard);
            _schedule.Lose(_ => true);
        }

        Assert.Equal(1, Take("a").Shard);
        Assert.True(_state.Faults[0].IsParked);
    }

    [Fact]
    public void Hindrances_NeverParkAShard()
    {
        DateTimeOffset now = Start;
        for (int i = 0; i < 50; i++, now += Options.RetryDelay)
        {
            Lease lease = _schedule.Take("a", now).Lease!;
            Assert.Equal(0, lease.Shard);
            _schedule.Report(new ShardReport(lease.Id, 0, ShardEnd.Hindered, Error: "the disk is full"), now);
        }

        Assert.Equal((50L, false), (_state.Counts.Hindered, _state.Faults[0].IsParked));
    }

    [Fact]
    public void Take_WhenOneShardIsSlow_GivesASecondCopyOnce()
    {
        var schedule = new ShardSchedule(ScheduleState.Create(7), Options, Start);
        Lease slow = schedule.Take("slow", Start).Lease!;
        DateTimeOffset now = Start;
        for (int shard = 1; shard < 7; shard++)
        {
            Lease lease = schedule.Take("quick", now).Lease!;
            now += TimeSpan.FromSeconds(10);
            schedule.Report(new ShardReport(lease.Id, lease.Shard, ShardEnd.Computed, Seconds: 10), now);
        }

        schedule.Renew(slow.Id, 1, now);
        Lease copy = schedule.Take("quick", now).Lease!;
        Assert.Equal((0, true), (copy.Shard, copy.IsBackup));
        Assert.Null(schedule.Take("third", now).Lease);
        schedule.Report(new ShardReport(copy.Id, 0, ShardEnd.Computed, Seconds: 10), now);
        Assert.False(schedule.Renew(slow.Id, 2, now));
        Assert.Equal(Lease.Finish, schedule.Take("third", now).Lease!.Shard);
        Assert.Equal((1L, 1L), (schedule.State.Counts.Backups, schedule.State.Counts.GivenBack));
    }

    [Fact]
    public void PauseResumeCancel_DoWhatTheySay()
    {
        Lease lease = Take("a");
        _schedule.Pause();
        Assert.Equal((null, Options.AskInterval), (_schedule.Take("b", Start).Lease, _schedule.Take("b", Start).Wait));
        Assert.True(_schedule.Renew(lease.Id, 1, Start)); // what is at work is finished
        _schedule.Resume();
        Assert.Equal(1, Take("b").Shard);
        _schedule.Cancel();
        Assert.False(_schedule.Renew(lease.Id, 1, Start));
        Assert.Equal(WorkerOrder.Leave, _schedule.Take("b", Start));
        Report(lease, ShardEnd.GivenBack);
        _schedule.Resume();
        Assert.Equal(0, Take("a").Shard);
    }

    [Fact]
    public void Undo_LeaseThatCouldNotBeStored_IsAsIfItHadNotBeenGiven()
    {
        Lease lease = Take("a");
        _schedule.Undo(lease);
        Assert.Equal((0L, 0), (_state.Counts.Given, _state.Leases.Count));
        Assert.Equal(0, Take("b").Shard);
    }

    private Lease Take(string worker) => _schedule.Take(worker, Start).Lease!;

    private int? Peek(DateTimeOffset now)
    {
        Lease? lease = _schedule.Take("peek", now).Lease;
        if (lease is not null)
            _schedule.Undo(lease);

        return lease?.Shard;
    }

    private void ComputeAll()
    {
        for (int shard = 0; shard < 3; shard++)
            Report(Take("a"), ShardEnd.Computed);
    }

    private void Report(Lease lease, ShardEnd end, long images = 0) =>
        _schedule.Report(new ShardReport(lease.Id, lease.Shard, end, images), Start);
}
