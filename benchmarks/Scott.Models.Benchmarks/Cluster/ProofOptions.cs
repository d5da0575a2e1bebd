namespace Scott.Models.Benchmarks.Cluster;

/// <summary>What is proven, and by which faults.</summary>
internal sealed record ProofOptions
{
    /// <summary>The images, drawn.</summary>
    public int Images { get; init; } = 200_000;

    /// <summary>The images of a tar archive. Each archive is a shard.</summary>
    public int ImagesPerTar { get; init; } = 1_000;

    /// <summary>The model.</summary>
    public string Model { get; init; } = "scott-mini-112";

    /// <summary>The silos, each a process that computes on one thread.</summary>
    public int Silos { get; init; } = 3;

    /// <summary>How often a silo is killed.</summary>
    public int SiloKills { get; init; } = 20;

    /// <summary>How often PostgreSQL is killed.</summary>
    public int PostgresKills { get; init; } = 2;

    /// <summary>How long a silo stays away.</summary>
    public TimeSpan SiloAbsence { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long PostgreSQL stays away, and the disk full.</summary>
    public TimeSpan LongAbsence { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The time between two looks at the job.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(0.25);

    /// <summary>Options of the silos.</summary>
    public string[] SiloOptions { get; init; } = [];

    /// <summary>How long after its death a silo's worker may still be shown at work: silos must find it dead first.</summary>
    public TimeSpan DetectionLimit { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>The folder for the images, the result of one process, and the result of the cluster.</summary>
    public required string Folder { get; init; }

    /// <summary>The path of <c>EmbedCluster.dll</c>.</summary>
    public required string Program { get; init; }

    /// <summary>Decides which silos die.</summary>
    public int Seed { get; init; } = 12;
}

/// <summary>How a proof went.</summary>
/// <param name="Lines">What happened, and all figures.</param>
/// <param name="Faults">What should not have been; none if it is proven.</param>
/// <param name="WasDiskFilled">Whether a disk could be filled: that takes the right to mount one.</param>
internal sealed record ProofResult(IReadOnlyList<string> Lines, IReadOnlyList<string> Faults, bool WasDiskFilled);
