using EmbedCluster.Hosting;
using EmbedCluster.Scheduling;
using Orleans.Concurrency;
using Orleans.Storage;

namespace EmbedCluster.Grains;

/// <summary>Keeps a job: lends shards, stores the schedule, finds dead workers, and says how far the job is.</summary>
/// <remarks>Nothing is given out before it is in the grain storage. So a silo that takes this grain over knows every lease, and no shard is
/// computed a second time because of it. A report needs no storage to be true: the shard's file is there.</remarks>
[Reentrant]
public sealed class JobGrain : Grain, IJobGrain, IRemindable
{
    /// <summary>The name of the grain storage.</summary>
    public const string Storage = "jobs";

    private const string Reminder = "go on";

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly IPersistentState<JobState> _state;
    private readonly JobWorkers _workers;
    private readonly ClusterMetrics _metrics;
    private readonly ScheduleOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<JobGrain> _logger;
    private readonly GroupedWrites _writes;
    private readonly RateMeter _rate = new();
    private readonly Dictionary<string, string> _hindrances = [];
    private ShardSchedule? _schedule;
    private bool _isUnsaved;

    /// <summary>Made by Orleans.</summary>
    public JobGrain(
        [PersistentState("job", Storage)] IPersistentState<JobState> state, JobWorkers workers, ClusterMetrics metrics, ScheduleOptions options,
        TimeProvider time, ILogger<JobGrain> logger)
    {
        (_state, _workers, _metrics, _options, _time, _logger) = (state, workers, metrics, options, time, logger);
        _writes = new GroupedWrites(WriteAsync);
    }

    private string Name => this.GetPrimaryKeyString();

    private JobPlan Plan => _state.State.Plan ?? throw new InvalidOperationException($"There is no job '{Name}'.");

    private ShardSchedule Schedule => _schedule ?? throw new InvalidOperationException($"There is no job '{Name}'.");

    private bool IsAtWork => _schedule?.State is { } state && (state.Phase == JobPhase.Running || state.Leases.Count > 0);

    /// <inheritdoc />
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (_state.State.Plan is not null)
            _schedule = new ShardSchedule(_state.State.Schedule, _options, _time.GetUtcNow());

        this.RegisterGrainTimer(TickAsync, new GrainTimerCreationOptions(Tick, Tick) { Interleave = true });
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _metrics.Forget(Name);
        if (_isUnsaved)
            await SaveAsync().WaitAsync(cancellationToken);
    }

    /// <inheritdoc />
    public async Task StartAsync(JobPlan plan)
    {
        if (_state.State.Plan is { } found && found != plan)
        {
            if (IsAtWork || _schedule!.State.Phase == JobPhase.Paused)
                throw new InvalidOperationException($"The job '{Name}' is at work on {found.Folder}. Cancel it, or choose another name.");

            _schedule = null;
        }

        if (_schedule is null)
        {
            _state.State = new JobState { Plan = plan, Schedule = ScheduleState.Create(plan.Shards) };
            _schedule = new ShardSchedule(_state.State.Schedule, _options, _time.GetUtcNow());
        }
        else
        {
            _schedule.Resume();
        }

        await SaveAsync();
        _hindrances.Clear();
        _workers.Reset();
        _workers.Ensure(Name, _time.GetUtcNow());

        // A silo that dies with this grain leaves nobody who calls it, if all workers were on that silo.
        await this.RegisterOrUpdateReminder(Reminder, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
        await GrainFactory.GetGrain<IJobListGrain>(IJobListGrain.Key).AddAsync(Name);
    }

    /// <inheritdoc />
    public Task<JobPlan?> GetPlanAsync() => Task.FromResult(_state.State.Plan);

    /// <inheritdoc />
    public async Task<WorkerOrder> NextAsync(string worker, JobPlan plan, ShardReport? report)
    {
        if (plan != Plan)
            return WorkerOrder.Leave; // It slept since an earlier job of this name. Another one starts in its place.

        DateTimeOffset now = _time.GetUtcNow();
        _workers.Saw(worker, now);
        Accept(worker, report, now);
        JobPhase before = Schedule.State.Phase;
        WorkerOrder order = Schedule.Take(worker, now);
        if (order.Lease is { } lease)
        {
            try
            {
                await SaveAsync();
            }
            catch
            {
                Schedule.Undo(lease);
                throw;
            }
        }
        else if (Schedule.State.Phase != before || report is not null)
        {
            _isUnsaved = true; // The next tick writes it. Nothing is lost with it: the shard's file is there.
        }

        return order;
    }

    /// <inheritdoc />
    public Task<bool> RenewAsync(string worker, JobPlan plan, long lease, long images)
    {
        if (plan != Plan)
            return Task.FromResult(false);

        _workers.Saw(worker, _time.GetUtcNow());
        return Task.FromResult(Schedule.Renew(lease, images, _time.GetUtcNow()));
    }

    /// <inheritdoc />
    public Task LeaveAsync(string worker, JobPlan? plan, ShardReport? report)
    {
        if (plan == Plan)
            Accept(worker, report, _time.GetUtcNow());

        _workers.Saw(worker, _time.GetUtcNow()); // A silo that stops is not to get a new worker at once.
        _isUnsaved = true;
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task<bool> HinderAsync(string worker, JobPlan plan, string reason)
    {
        if (plan != Plan || !Schedule.NeedsWorkers)
        {
            _hindrances.Remove(worker);
            return Task.FromResult(false);
        }

        _workers.Saw(worker, _time.GetUtcNow());
        _hindrances[worker] = reason;
        return Task.FromResult(true);
    }

    /// <inheritdoc />
    public Task PauseAsync() => ChangeAsync(Schedule.Pause);

    /// <inheritdoc />
    public Task ResumeAsync() => ChangeAsync(Schedule.Resume);

    /// <inheritdoc />
    public Task CancelAsync() => ChangeAsync(Schedule.Cancel);

    /// <inheritdoc />
    public Task<JobStatus?> GetStatusAsync() => Task.FromResult(_schedule is null ? null : Describe());

    /// <inheritdoc />
    public async IAsyncEnumerable<JobStatus> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (_schedule is not null)
        {
            JobStatus status = Describe();
            yield return status;
            if (!IsAtWork && status.Phase != JobPhase.Paused)
                yield break;

            await Task.Delay(Tick, _time, cancellationToken);
        }
    }

    /// <summary>Activates this grain after its silo died; its timer does the rest. Ends with the job.</summary>
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (!IsAtWork && await this.GetReminder(reminderName) is { } reminder)
            await this.UnregisterReminder(reminder);
    }

    private void Accept(string worker, ShardReport? report, DateTimeOffset now)
    {
        if (report is null)
            return;

        Schedule.Report(report, now);
        if (report.Error is { } error)
            _hindrances[worker] = error;
        else
            _hindrances.Remove(worker);
    }

    private async Task ChangeAsync(Action change)
    {
        change();
        await SaveAsync();
        if (Schedule.State.Phase != JobPhase.Running)
            return;

        _workers.Reset();
        await this.RegisterOrUpdateReminder(Reminder, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
    }

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        if (_schedule is null)
            return;

        if (IsAtWork)
            DelayDeactivation(TimeSpan.FromMinutes(5));

        DateTimeOffset now = _time.GetUtcNow();
        int ended = _schedule.Lose(_workers.IsGone) + _schedule.Expire(now);
        JobStatus status = Describe();
        _rate.Add(now, status.Images);
        _metrics.Show(status);
        foreach (string gone in _hindrances.Keys.Where(_workers.IsGone).ToArray())
            _hindrances.Remove(gone);

        if (_schedule.State.Phase == JobPhase.Running)
            _workers.Ensure(Name, now);
        if (ended == 0 && !_isUnsaved)
            return;

        try
        {
            await SaveAsync();
        }
        catch (Exception exception) when (exception is not InconsistentStateException)
        {
            _isUnsaved = true;
            Log.NotSaved(_logger, Name, exception.Message);
        }
    }

    private Task SaveAsync()
    {
        _isUnsaved = false;
        return _writes.SaveAsync();
    }

    private async Task WriteAsync()
    {
        try
        {
            await _state.WriteStateAsync();
        }
        catch (InconsistentStateException)
        {
            DeactivateOnIdle(); // Another activation wrote: this one is out of date.
            throw;
        }
    }

    private JobStatus Describe() => JobDescription.Make(Plan, Schedule, _rate, _hindrances, _time.GetUtcNow());
}
