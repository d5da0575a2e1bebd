namespace EmbedCluster.Grains;

/// <summary>Names a worker: a job, the silo it runs on, and its number there.</summary>
/// <param name="Job">The name of the job.</param>
/// <param name="Silo">The silo. A silo that was started again is another one.</param>
/// <param name="Slot">Its number on the silo, from 0.</param>
public sealed record WorkerKey(string Job, SiloAddress Silo, int Slot)
{
    private const char Separator = '|';

    /// <summary>The worker's name within its job.</summary>
    public string Worker => $"{Silo.ToParsableString()}{Separator}{Slot}";

    /// <summary>The silo of a worker's name.</summary>
    public static SiloAddress SiloOf(string worker) => SiloAddress.FromParsableString(worker.Split(Separator)[0]);

    /// <summary>Reads a key.</summary>
    public static WorkerKey Parse(string key)
    {
        string[] parts = key.Split(Separator);
        return new WorkerKey(
            string.Join(Separator, parts[..^2]), SiloAddress.FromParsableString(parts[^2]), int.Parse(parts[^1], CultureInfo.InvariantCulture));
    }

    /// <inheritdoc />
    public override string ToString() => $"{Job}{Separator}{Worker}";
}
