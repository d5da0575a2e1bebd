namespace EmbedCluster.Grains;

/// <summary>Computes shards of one job on one silo. Its key is a <see cref="WorkerKey"/>.</summary>
public interface IWorkerGrain : IGrainWithStringKey
{
    /// <summary>Begins to work, unless it does.</summary>
    Task EnsureAsync();
}

/// <summary>The list of jobs. Its key is <see cref="Key"/>.</summary>
public interface IJobListGrain : IGrainWithStringKey
{
    /// <summary>The key of the only one.</summary>
    const string Key = "jobs";

    /// <summary>Adds a name.</summary>
    Task AddAsync(string name);

    /// <summary>The names, oldest first.</summary>
    Task<IReadOnlyList<string>> ListAsync();
}
