using EmbedCluster.Scheduling;

namespace Scott.Models.Benchmarks.Cluster;

/// <summary>A cluster that is only computed.</summary>
internal sealed record SimulationOptions
{
    /// <summary>The workers.</summary>
    public int Workers { get; init; } = 1_000;

    /// <summary>The images.</summary>
    public long Images { get; init; } = 1_000_000_000;

    /// <summary>The images of a shard.</summary>
    public int ShardSize { get; init; } = 10_000;

    /// <summary>The images per second of a common worker.</summary>
    public double Rate { get; init; } = 100;

    /// <summary>By how much workers differ: the standard deviation of the logarithm of their rates.</summary>
    public double Spread { get; init; } = 0.1;

    /// <summary>The part of the workers that are stragglers.</summary>
    public double Stragglers { get; init; } = 0.02;

    /// <summary>How much slower a straggler is.</summary>
    public double StragglerFactor { get; init; } = 5;

    /// <summary>How often a worker dies.</summary>
    public double FailuresPerHour { get; init; } = 0.01;

    /// <summary>How often the silo dies that has the grain of the job. No worker of the simulation dies with it.</summary>
    public double GrainFailuresPerHour { get; init; } = 2;

    /// <summary>How long a dead worker stays away.</summary>
    public TimeSpan Absence { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long it takes until the others know that a silo is dead. The grain of the job is away for as long, if it was there.</summary>
    public TimeSpan Detection { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long the store takes to write the state of the job.</summary>
    public TimeSpan StoreTime { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>How shards are handed out.</summary>
    public ScheduleOptions Schedule { get; init; } = new();

    /// <summary>Decides which workers are slow, and which die when.</summary>
    public int Seed { get; init; } = 7;
}

/// <summary>How a simulated job went.</summary>
/// <param name="Makespan">From the first lease to the end.</param>
/// <param name="Ideal">The same work without failures and without an end at which some wait for others.</param>
/// <param name="Counts">What the schedule counted.</param>
/// <param name="Deaths">How often a worker died.</param>
/// <param name="Moves">How often the grain of the job died with its silo, and came back from the stored state.</param>
/// <param name="Writes">How often the state was written.</param>
/// <param name="BusiestWrites">The most writes in one second.</param>
/// <param name="Calls">How often workers called the grain.</param>
/// <param name="StateBytes">The largest state.</param>
/// <param name="Missing">The shards that were not done in the end.</param>
/// <param name="Seconds">How long the schedule itself took for all calls, on this machine.</param>
internal sealed record SimulationResult(
    TimeSpan Makespan, TimeSpan Ideal, ScheduleCounts Counts, long Deaths, int Moves, long Writes, int BusiestWrites, long Calls, int StateBytes,
    int Missing, double Seconds);
