namespace EmbedCluster.Scheduling;

/// <summary>Decides who computes which shard. Knows no clock, no thread and no Orleans: the caller says what time it is, and calls one method at a
/// time. The grain of a job and the simulation of a thousand workers run this same code.</summary>
/// <remarks>A wrong decision costs time and nothing else. Two workers on one shard write the same file, and a file that is lost is found by the last
/// check.</remarks>
public sealed class ShardSchedule
{
    private readonly ScheduleOptions _options;
    private readonly ScheduleState _state;
    private readonly Dictionary<long, Lease> _leases = [];
    private readonly Dictionary<int, int> _copies = [];
    private readonly ShardQueue _queue;
    private readonly RecentTimes _times = new();
    private long _nextLease;

    /// <summary>Resumes from a state.</summary>
    /// <param name="state">The state. The schedule keeps it up to date.</param>
    /// <param name="options">How shards are handed out.</param>
    /// <param name="now">The time. Leases of the state get a whole new term: their workers could not renew them meanwhile.</param>
    public ShardSchedule(ScheduleState state, ScheduleOptions options, DateTimeOffset now)
    {
        (_state, _options, _queue) = (state, options, new ShardQueue(state));
        foreach (Lease lease in state.Leases)
        {
            lease.Deadline = now + options.LeaseTime;
            _leases.Add(lease.Id, lease);
            _copies[lease.Shard] = CopiesOf(lease.Shard) + 1;
        }

        // Numbers follow the time, so that no lease of a state that was lost can be taken for one of this.
        _nextLease = Math.Max(now.UtcTicks, state.Leases.Count > 0 ? state.Leases.Max(lease => lease.Id) + 1 : 0);
    }

    /// <summary>The state.</summary>
    public ScheduleState State => _state;

    /// <summary>The number of shards that are done.</summary>
    public int Done => _queue.Done;

    /// <summary>The images that open leases have done so far. Of two copies of a shard, both count.</summary>
    public long ImagesInWork => _state.Leases.Sum(lease => lease.Images);

    /// <summary>Whether a worker has something to do, now or after a pause.</summary>
    public bool NeedsWorkers => _state.Phase is JobPhase.Running or JobPhase.Paused;

    /// <summary>Gives a worker the next piece of work.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="now">The time.</param>
    public WorkerOrder Take(string worker, DateTimeOffset now)
    {
        if (!NeedsWorkers)
            return WorkerOrder.Leave;
        if (_state.Phase == JobPhase.Paused)
            return new WorkerOrder(null, _options.AskInterval);
        if (_queue.Take(now) is { } shard)
            return Give(shard, worker, isBackup: false, now);
        if (FindSlow(worker, now) is { } slow)
            return Give(slow.Shard, worker, isBackup: true, now);
        if (_leases.Count > 0 || _queue.IsWaiting)
            return new WorkerOrder(null, _options.AskInterval);
        if (!_queue.IsParked)
            return Give(Lease.Finish, worker, isBackup: false, now);

        _state.Phase = JobPhase.Incomplete;
        return WorkerOrder.Leave;
    }

    /// <summary>Takes back what <see cref="Take"/> gave, as if it had not been asked.</summary>
    /// <param name="lease">The lease.</param>
    public void Undo(Lease lease)
    {
        if (!End(lease.Id))
            return;

        if (lease.Shard != Lease.Finish)
            _state.Counts.Given--;
        if (lease.IsBackup)
            _state.Counts.Backups--;
        Return(lease.Shard);
    }

    /// <summary>Prolongs a lease.</summary>
    /// <param name="lease">Its number.</param>
    /// <param name="images">The images that its worker has done so far.</param>
    /// <param name="now">The time.</param>
    /// <returns>False if the worker is to give up: the lease has ended, or the job.</returns>
    public bool Renew(long lease, long images, DateTimeOffset now)
    {
        if (_state.Phase == JobPhase.Cancelled || !_leases.TryGetValue(lease, out Lease? found))
            return false;

        (found.Deadline, found.Images) = (now + _options.LeaseTime, images);
        return true;
    }

    /// <summary>Ends a lease as its worker reports. The same report may come twice.</summary>
    /// <param name="report">The report.</param>
    /// <param name="now">The time.</param>
    public void Report(ShardReport report, DateTimeOffset now)
    {
        bool isOpen = End(report.Lease);
        if (report.End is ShardEnd.Computed or ShardEnd.Found)
        {
            // The file is there, whether or not the lease still was.
            if (report.Shard == Lease.Finish)
                Finish(report.Unsound ?? []);
            else
                Complete(report, isOpen);
        }
        else if (isOpen)
        {
            Count(report.End);
            if (report.Shard != Lease.Finish && report.End != ShardEnd.GivenBack)
                AddFault(report, now);

            Return(report.Shard);
        }
    }

    /// <summary>Ends the leases of workers that are gone.</summary>
    /// <param name="isGone">Whether a worker is gone.</param>
    /// <returns>How many leases ended.</returns>
    public int Lose(Func<string, bool> isGone) => EndAll(lease => isGone(lease.Worker), lease =>
    {
        _state.Counts.Lost += lease.Shard == Lease.Finish ? 0 : 1;
        AddLoss(lease.Shard, $"its workers were lost; the last was {lease.Worker}.");
    });

    /// <summary>Ends the leases whose deadline has passed.</summary>
    /// <param name="now">The time.</param>
    /// <returns>How many leases ended.</returns>
    public int Expire(DateTimeOffset now) => EndAll(lease => lease.Deadline <= now, lease =>
    {
        _state.Counts.Expired += lease.Shard == Lease.Finish ? 0 : 1;
        AddLoss(lease.Shard, $"its workers did not answer; the last was {lease.Worker}.");
    });

    /// <summary>Hands out no more shards until <see cref="Resume"/>.</summary>
    public void Pause() => _state.Phase = _state.Phase == JobPhase.Running ? JobPhase.Paused : _state.Phase;

    /// <summary>Hands out shards again, those too that were parked.</summary>
    public void Resume()
    {
        if (_state.Phase is not (JobPhase.Paused or JobPhase.Cancelled or JobPhase.Incomplete or JobPhase.Done))
            return;

        _state.Phase = JobPhase.Running;
        foreach (int shard in _queue.FindParked())
        {
            _state.Faults.Remove(shard);
            Return(shard);
        }
    }

    /// <summary>Ends the work. Workers give up at their next renewal.</summary>
    public void Cancel()
    {
        if (_state.Phase is JobPhase.Running or JobPhase.Paused)
            _state.Phase = JobPhase.Cancelled;
    }

    private WorkerOrder Give(int shard, string worker, bool isBackup, DateTimeOffset now)
    {
        var lease = new Lease(_nextLease++, shard, worker, now, isBackup) { Deadline = now + _options.LeaseTime };
        _leases.Add(lease.Id, lease);
        _state.Leases.Add(lease);
        _copies[shard] = CopiesOf(shard) + 1;
        _state.Counts.Given += shard == Lease.Finish ? 0 : 1;
        _state.Counts.Backups += isBackup ? 1 : 0;
        return new WorkerOrder(lease, null);
    }

    /// <summary>The oldest single lease that takes much longer than shards do.</summary>
    private Lease? FindSlow(string worker, DateTimeOffset now)
    {
        if (_options.BackupFactor <= 0 || _times.Median is not { } median)
            return null;

        DateTimeOffset latest = now - (median * _options.BackupFactor);
        return _state.Leases.FirstOrDefault(lease =>
            lease.Given <= latest && lease.Shard != Lease.Finish && lease.Worker != worker && CopiesOf(lease.Shard) == 1);
    }

    private void Complete(ShardReport report, bool isOpen)
    {
        ScheduleCounts counts = _state.Counts;
        counts.Computed += isOpen && report.End == ShardEnd.Computed ? 1 : 0;
        counts.Found += isOpen && report.End == ShardEnd.Found ? 1 : 0;
        if (report.End == ShardEnd.Computed && isOpen)
            _times.Add(TimeSpan.FromSeconds(report.Seconds));
        if (!_queue.Complete(report.Shard))
            return;

        _state.Faults.Remove(report.Shard);
        counts.Images += report.Images;
        counts.FailedImages += report.FailedImages;

        // Whoever still computes it is told to give up.
        counts.GivenBack += CopiesOf(report.Shard) == 0 ? 0 : EndAll(lease => lease.Shard == report.Shard, _ => { });
    }

    private void Finish(int[] unsound)
    {
        // Resumed, cancelled or repaired meanwhile: the check says nothing about that.
        if (_state.Phase is not (JobPhase.Running or JobPhase.Paused))
            return;

        foreach (int shard in unsound)
            _state.Counts.Repaired += _queue.Reopen(shard) ? 1 : 0;

        _state.Phase = unsound.Length == 0 && _queue.IsComplete ? JobPhase.Done : _state.Phase;
    }

    private void Count(ShardEnd end)
    {
        _state.Counts.Failed += end == ShardEnd.Failed ? 1 : 0;
        _state.Counts.Hindered += end == ShardEnd.Hindered ? 1 : 0;
        _state.Counts.GivenBack += end == ShardEnd.GivenBack ? 1 : 0;
    }

    private void AddFault(ShardReport report, DateTimeOffset now)
    {
        ShardFaults faults = FaultsOf(report.Shard);
        faults.Error = report.Error;
        faults.Failures += report.End == ShardEnd.Failed ? 1 : 0;
        faults.NotBefore = now + (_options.RetryDelay * Math.Max(1, faults.Failures));
        faults.IsParked |= faults.Failures >= _options.MostFailures;
    }

    private void AddLoss(int shard, string error)
    {
        if (shard == Lease.Finish)
            return;

        ShardFaults faults = FaultsOf(shard);
        faults.Losses++;
        faults.Error = error;
        faults.IsParked |= faults.Losses >= _options.MostLosses;
    }

    private ShardFaults FaultsOf(int shard)
    {
        if (!_state.Faults.TryGetValue(shard, out ShardFaults? faults))
            _state.Faults.Add(shard, faults = new ShardFaults());

        return faults;
    }

    private int EndAll(Func<Lease, bool> isEnded, Action<Lease> count)
    {
        Lease[] ended = [.. _state.Leases.Where(isEnded)];
        foreach (Lease lease in ended)
        {
            End(lease.Id);
            count(lease);
            Return(lease.Shard);
        }

        return ended.Length;
    }

    private bool End(long id)
    {
        if (!_leases.Remove(id, out Lease? lease))
            return false;

        _state.Leases.Remove(lease);
        if (--_copies[lease.Shard] == 0)
            _copies.Remove(lease.Shard);

        return true;
    }

    /// <summary>Puts a shard back into the queue, unless another worker computes it, it is done, or it is parked.</summary>
    private void Return(int shard)
    {
        if (shard != Lease.Finish && CopiesOf(shard) == 0)
            _queue.Return(shard);
    }

    private int CopiesOf(int shard) => _copies.GetValueOrDefault(shard);
}
