using EmbedCluster.Scheduling;

namespace Scott.Models.Benchmarks.Cluster;

/// <summary>Brings the faults of a proof about, spread over the job, and takes them away again.</summary>
internal sealed class ProofFaults
{
    private readonly ProofOptions _options;
    private readonly SiloProcess[] _silos;
    private readonly PostgresServer _postgres;
    private readonly SmallDisk? _disk;
    private readonly string _folder;
    private readonly Random _random;
    private readonly Action<string> _say;
    private readonly Queue<(double At, string Name, Func<string> Act)> _plan;
    private readonly List<string> _missed = [];
    private readonly Dictionary<SiloProcess, DateTimeOffset> _away = [];
    private DateTimeOffset? _postgresBack;
    private DateTimeOffset? _diskBack;

    public ProofFaults(
        ProofOptions options, SiloProcess[] silos, PostgresServer postgres, SmallDisk? disk, string folder, Random random, Action<string> say)
    {
        (_options, _silos, _postgres, _disk, _folder, _random, _say) = (options, silos, postgres, disk, folder, random, say);
        List<(double, string, Func<string>)> plan = [(0.3, "a shard is deleted", DeleteShard)];
        if (disk is not null)
            plan.Add((0.45, "the disk is full", FillDisk));
        for (int i = 0; i < options.SiloKills; i++)
            plan.Add(((i + 0.5) / options.SiloKills * 0.97, "a silo is killed", KillSilo));
        for (int i = 0; i < options.PostgresKills; i++)
            plan.Add(((i + 1.0) / (options.PostgresKills + 1), "PostgreSQL is killed", KillPostgres));

        _plan = new Queue<(double, string, Func<string>)>(plan.OrderBy(fault => fault.Item1));
    }

    /// <summary>Whether all faults have come and gone.</summary>
    public bool AreOver => _plan.Count == 0 && !Lasts;

    /// <summary>What did not come about.</summary>
    public IEnumerable<string> Missed =>
        _missed.Concat(_plan.Select(fault => fault.Name)).Select(fault => $"This did not happen, because the job ended before: {fault}.");

    /// <summary>Brings about what is due. One fault at a time: the next waits until the silo, the database or the disk is back.</summary>
    public void Advance(JobStatus status)
    {
        if (!IsDue(status) || Lasts)
            return;

        (_, string name, Func<string> act) = _plan.Dequeue();
        if (status.Phase == JobPhase.Done && act == DeleteShard)
        {
            _missed.Add(name); // Nobody looks at the files any more.
            return;
        }

        _say($"{status.Done} of {status.Shards} shards: {name}{act()}.");
    }

    /// <summary>Whether the next fault is due, but the last one is not over.</summary>
    public bool MustWait(JobStatus status) => IsDue(status) && Lasts;

    /// <summary>Takes away what has lasted long enough.</summary>
    public async Task RecoverAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        // One that did not come up, because the database was away, or that the others took for dead: a supervisor starts it again.
        foreach (SiloProcess silo in _silos.Where(silo => !silo.IsUp && !_away.ContainsKey(silo)))
            _away.Add(silo, now + _options.SiloAbsence);

        foreach (SiloProcess silo in _away.Where(silo => silo.Value <= now).Select(silo => silo.Key).ToArray())
        {
            silo.Start();
            _away.Remove(silo);
        }

        if (_postgresBack <= now)
        {
            await _postgres.RestartAsync(cancellationToken);
            _postgresBack = null;
        }

        if (_diskBack <= now)
        {
            _disk!.Empty();
            _diskBack = null;
        }
    }

    private bool Lasts => _away.Count > 0 || _postgresBack is not null || _diskBack is not null;

    private bool IsDue(JobStatus status) => _plan.Count > 0 && _plan.Peek().At <= (double)status.Done / status.Shards;

    private string KillSilo()
    {
        SiloProcess silo = _silos[_random.Next(_silos.Length)];
        silo.Kill();
        _away.Add(silo, DateTimeOffset.UtcNow + _options.SiloAbsence);
        return $" (number {Array.IndexOf(_silos, silo)})";
    }

    private string KillPostgres()
    {
        _postgres.Kill();
        _postgresBack = DateTimeOffset.UtcNow + _options.LongAbsence;
        return string.Empty;
    }

    private string FillDisk()
    {
        _disk!.Fill();
        _diskBack = DateTimeOffset.UtcNow + _options.LongAbsence;
        return string.Empty;
    }

    private string DeleteShard()
    {
        string path = Directory.EnumerateFiles(_folder, "part-*.parquet").Order().ElementAt(1);
        File.Delete(path);
        return $" ({Path.GetFileName(path)})";
    }
}
