namespace EmbedCluster.Scheduling;

/// <summary>The shards that are still to be given out: those that never were, in order, and those that came back.</summary>
internal sealed class ShardQueue
{
    private readonly ScheduleState _state;
    private readonly SortedSet<int> _returned = [];
    private readonly SortedSet<(DateTimeOffset NotBefore, int Shard)> _delayed = [];
    private int _next;
    private int _done;

    public ShardQueue(ScheduleState state)
    {
        _state = state;
        HashSet<int> leased = [.. state.Leases.Select(lease => lease.Shard)];

        // What comes after the last shard that was ever given out needs no entry.
        _next = state.Shards;
        while (_next > 0 && !IsDone(_next - 1) && !leased.Contains(_next - 1) && !state.Faults.ContainsKey(_next - 1))
            _next--;

        for (int shard = 0; shard < _next; shard++)
        {
            if (IsDone(shard))
                _done++;
            else if (!leased.Contains(shard))
                Return(shard);
        }
    }

    /// <summary>The number of shards that are done.</summary>
    public int Done => _done;

    /// <summary>Whether all shards are done.</summary>
    public bool IsComplete => _done == _state.Shards;

    /// <summary>Whether shards will come back after a delay.</summary>
    public bool IsWaiting => _delayed.Count > 0;

    /// <summary>Whether shards are no longer tried.</summary>
    public bool IsParked => _state.Faults.Values.Any(faults => faults.IsParked);

    /// <summary>The next shard to compute; null if there is none now.</summary>
    public int? Take(DateTimeOffset now)
    {
        if (_delayed.Count > 0 && _delayed.Min.NotBefore <= now)
        {
            (DateTimeOffset _, int shard) = _delayed.Min;
            _delayed.Remove(_delayed.Min);
            return shard;
        }

        if (_returned.Count > 0)
        {
            int shard = _returned.Min;
            _returned.Remove(shard);
            return shard;
        }

        return _next < _state.Shards ? _next++ : null;
    }

    /// <summary>Puts a shard back, unless it is done or parked.</summary>
    public void Return(int shard)
    {
        if (IsDone(shard))
            return;
        if (!_state.Faults.TryGetValue(shard, out ShardFaults? faults))
            _returned.Add(shard);
        else if (!faults.IsParked)
            _delayed.Add((faults.NotBefore, shard));
    }

    /// <summary>Marks a shard as done.</summary>
    /// <returns>False if it was.</returns>
    public bool Complete(int shard)
    {
        if (IsDone(shard))
            return false;

        _state.Done[shard / 8] |= (byte)(1 << (shard % 8));
        _done++;
        Forget(shard);
        return true;
    }

    /// <summary>Takes a shard back that was done.</summary>
    /// <returns>False if it was not.</returns>
    public bool Reopen(int shard)
    {
        if (!IsDone(shard))
            return false;

        _state.Done[shard / 8] &= (byte)~(1 << (shard % 8));
        _done--;
        Return(shard);
        return true;
    }

    /// <summary>The shards that are no longer tried.</summary>
    public int[] FindParked() => [.. _state.Faults.Where(pair => pair.Value.IsParked).Select(pair => pair.Key)];

    private bool IsDone(int shard) => (_state.Done[shard / 8] & (1 << (shard % 8))) != 0;

    /// <summary>A worker whose lease had ended has computed a shard that waits to be given out again.</summary>
    private void Forget(int shard)
    {
        _returned.Remove(shard);
        _delayed.RemoveWhere(entry => entry.Shard == shard);
    }
}
