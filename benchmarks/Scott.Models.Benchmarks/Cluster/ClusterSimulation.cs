using System.Diagnostics;
using System.Text.Json;
using EmbedCluster.Scheduling;

namespace Scott.Models.Benchmarks.Cluster;

/// <summary>A cluster in virtual time: the real schedule, with workers, deaths and a store that are computed. Nothing waits. Runs once.</summary>
/// <remarks>Workers behave as <c>ShardWorker</c> of the sample does: they report and take in one call, renew while they work, ask again when there is
/// nothing, and call again when the grain does not answer. The grain behaves as <c>JobGrain</c>: it gives nothing out before the state is written,
/// writes for all who wait at once, and looks for dead workers once a second.</remarks>
internal sealed class ClusterSimulation
{
    private const int Measured = 500; // every 500th state

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly SimulationOptions _options;
    private readonly Random _random;
    private readonly SimulatedWorker[] _workers;
    private readonly PriorityQueue<Action, (DateTimeOffset Time, long Number)> _events = new();
    private readonly bool[] _published;
    private readonly Stopwatch _scheduling = new();
    private readonly Dictionary<int, int> _writesOfSecond = [];
    private List<Action>? _waiting;
    private ScheduleState _stored = new();
    private ShardSchedule? _schedule; // null while the grain is away
    private DateTimeOffset _now = Start;
    private DateTimeOffset _end;
    private DateTimeOffset _storeFree = Start;
    private bool _isUnsaved;
    private long _number;
    private long _deaths;
    private int _moves;
    private long _writes;
    private long _calls;
    private int _stateBytes;

    public ClusterSimulation(SimulationOptions options)
    {
        (_options, _random) = (options, new Random(options.Seed));
        _workers = [.. Enumerable.Range(0, options.Workers).Select(number => new SimulatedWorker(number, DrawRate()))];
        int shards = (int)((options.Images + options.ShardSize - 1) / options.ShardSize);
        _published = new bool[shards];
        _schedule = new ShardSchedule(ScheduleState.Create(shards), options.Schedule, _now);
        Store();
    }

    private bool IsOver => _end != default;

    public SimulationResult Run()
    {
        foreach (SimulatedWorker worker in _workers)
        {
            Ask(worker, null);
            Die(worker);
        }

        At(_now + Tick, TickGrain);
        if (_options.GrainFailuresPerHour > 0)
            At(_now + DrawLife(_options.GrainFailuresPerHour), MoveGrain);
        while (!IsOver && _events.TryDequeue(out Action? act, out (DateTimeOffset Time, long) when))
        {
            _now = when.Time;
            act();
        }

        var ideal = TimeSpan.FromSeconds(_options.Images / _workers.Sum(worker => worker.Rate));
        return new SimulationResult(
            _end - Start, ideal, _schedule!.State.Counts, _deaths, _moves, _writes, _writesOfSecond.Values.Max(), _calls, _stateBytes,
            _published.Count(isThere => !isThere), _scheduling.Elapsed.TotalSeconds);
    }

    private double DrawRate()
    {
        double normal = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
        double rate = _options.Rate * Math.Exp(_options.Spread * normal);
        return _random.NextDouble() < _options.Stragglers ? rate / _options.StragglerFactor : rate;
    }

    private TimeSpan DrawLife(double failuresPerHour) => TimeSpan.FromHours(-Math.Log(1 - _random.NextDouble()) / failuresPerHour);

    private void At(DateTimeOffset time, Action act) => _events.Enqueue(act, (time, _number++));

    /// <summary>Runs the schedule, and counts its time.</summary>
    private T Schedule<T>(Func<ShardSchedule, T> call)
    {
        _scheduling.Start();
        T result = call(_schedule!);
        _scheduling.Stop();
        return result;
    }

    /// <summary>Reports the last shard and takes the next, as soon as the grain is there.</summary>
    private void Ask(SimulatedWorker worker, ShardReport? report)
    {
        int life = worker.Life;
        void Again() => Ask(worker, report);
        void If(Action act)
        {
            if (worker.Life == life && worker.IsUp)
                act();
        }

        _calls++;
        if (_schedule is null)
        {
            At(_now + Retry, () => If(Again));
            return;
        }

        WorkerOrder order = Schedule(schedule =>
        {
            if (report is not null)
                schedule.Report(report, _now);

            return schedule.Take(worker.Name, _now);
        });
        _isUnsaved |= report is not null;
        if (order.Lease is { } lease)
            Save(() => If(() => Work(worker, lease)));
        else if (order.Wait is { } wait)
            At(_now + wait, () => If(() => Ask(worker, null)));
        else
            _end = _now;
    }

    private void Work(SimulatedWorker worker, Lease lease)
    {
        int life = worker.Life;
        worker.Lease = lease.Id;
        bool isThere = lease.Shard == Lease.Finish || _published[lease.Shard];
        TimeSpan time = isThere ? Tick : TimeSpan.FromSeconds(_options.ShardSize / worker.Rate);
        At(_now + time, () =>
        {
            if (worker.Life != life || worker.Lease != lease.Id)
                return;

            worker.Lease = 0;
            if (lease.Shard != Lease.Finish)
                _published[lease.Shard] = true;

            ShardEnd end = isThere ? ShardEnd.Found : ShardEnd.Computed;
            Ask(worker, new ShardReport(lease.Id, lease.Shard, end, _options.ShardSize, 0, time.TotalSeconds));
        });
        if (!isThere)
            At(_now + (_options.Schedule.LeaseTime / 3), () => Renew(worker, lease, life));
    }

    private void Renew(SimulatedWorker worker, Lease lease, int life)
    {
        if (worker.Life != life || worker.Lease != lease.Id)
            return;

        _calls++;
        if (_schedule is null || Schedule(schedule => schedule.Renew(lease.Id, 0, _now)))
        {
            At(_now + (_options.Schedule.LeaseTime / 3), () => Renew(worker, lease, life));
            return;
        }

        worker.Lease = 0;
        Ask(worker, new ShardReport(lease.Id, lease.Shard, ShardEnd.GivenBack));
    }

    /// <summary>Kills a worker after a random time, and brings it back as another one.</summary>
    private void Die(SimulatedWorker worker)
    {
        if (_options.FailuresPerHour <= 0)
            return;

        At(_now + DrawLife(_options.FailuresPerHour), () =>
        {
            _deaths++;
            worker.Kill();
            At(_now + _options.Detection, () => worker.IsKnownDead = true);
            At(_now + _options.Absence, () =>
            {
                worker.Revive();
                Ask(worker, null);
                Die(worker);
            });
        });
    }

    /// <summary>The grain dies with what it has not stored, and comes back on another silo.</summary>
    private void MoveGrain()
    {
        _moves++;
        (_schedule, _waiting, _isUnsaved) = (null, null, false);
        At(_now + _options.Detection, () =>
        {
            ScheduleState state = JsonSerializer.Deserialize<ScheduleState>(JsonSerializer.SerializeToUtf8Bytes(_stored))!;
            _schedule = new ShardSchedule(state, _options.Schedule, _now);
            At(_now + DrawLife(_options.GrainFailuresPerHour), MoveGrain);
        });
    }

    private void TickGrain()
    {
        At(_now + Tick, TickGrain);
        if (_schedule is null)
            return;

        Dictionary<string, bool> dead = _workers.Where(worker => worker.IsKnownDead).ToDictionary(worker => worker.Name, _ => true);
        int ended = Schedule(schedule => (dead.Count > 0 ? schedule.Lose(dead.ContainsKey) : 0) + schedule.Expire(_now));
        if (ended > 0 || _isUnsaved)
            Save(() => { });
    }

    /// <summary>Writes the state for all who ask until the store is free, and then answers them.</summary>
    private void Save(Action answer)
    {
        _isUnsaved = false;
        if (_waiting is not null)
        {
            _waiting.Add(answer);
            return;
        }

        List<Action> waiting = _waiting = [answer];
        ShardSchedule schedule = _schedule!;
        At(_storeFree > _now ? _storeFree : _now, () =>
        {
            if (_schedule != schedule)
                return; // The grain died. Who waits gets no answer, and asks again.

            _waiting = null;
            Store();
            _storeFree = _now + _options.StoreTime;
            At(_storeFree, () => waiting.ForEach(act => act()));
        });
    }

    /// <summary>Keeps what the store would have. Copies instead of writing JSON each time: that would take hours.</summary>
    private void Store()
    {
        ScheduleState state = _schedule!.State;
        if (_writes++ % Measured == 0)
            _stateBytes = Math.Max(_stateBytes, JsonSerializer.SerializeToUtf8Bytes(state).Length);

        _stored = new ScheduleState
        {
            Shards = state.Shards,
            Phase = state.Phase,
            Done = [.. state.Done],
            Leases = [.. state.Leases],
            Faults = new Dictionary<int, ShardFaults>(state.Faults),
            Counts = state.Counts,
        };
        int second = (int)(_now - Start).TotalSeconds;
        _writesOfSecond[second] = _writesOfSecond.GetValueOrDefault(second) + 1;
    }
}

/// <summary>A worker on a silo of its own.</summary>
internal sealed class SimulatedWorker(int number, double rate)
{
    public int Number => number;

    /// <summary>Images per second.</summary>
    public double Rate => rate;

    /// <summary>A worker that comes back is another one.</summary>
    public int Life { get; private set; }

    public string Name { get; private set; } = $"{number}.0";

    public bool IsUp { get; private set; } = true;

    /// <summary>Whether the others know that it is dead.</summary>
    public bool IsKnownDead { get; set; }

    /// <summary>The lease that it works on; 0 for none.</summary>
    public long Lease { get; set; }

    public void Kill() => (IsUp, Lease) = (false, 0);

    public void Revive()
    {
        Life++;
        (IsUp, IsKnownDead, Name) = (true, false, $"{number}.{Life}");
    }
}
