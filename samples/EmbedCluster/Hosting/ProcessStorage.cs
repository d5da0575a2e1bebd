using System.Collections.Concurrent;
using System.Text.Json;
using Orleans.Storage;

namespace EmbedCluster.Hosting;

/// <summary>Keeps the state of grains in the memory of this process. For the first silo of a cluster on one machine: all grains with a state live
/// there.</summary>
/// <remarks>Orleans' own memory storage keeps states in grains, which are gone when any silo goes.</remarks>
public sealed class ProcessStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<(string State, GrainId Grain), (string Json, string Version)> _states = [];

    /// <inheritdoc />
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        bool isThere = _states.TryGetValue((stateName, grainId), out (string Json, string Version) found);
        grainState.State = isThere ? JsonSerializer.Deserialize<T>(found.Json)! : Activator.CreateInstance<T>();
        (grainState.ETag, grainState.RecordExists) = (isThere ? found.Version : null, isThere);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        (string Json, string Version) written = (JsonSerializer.Serialize(grainState.State), Guid.NewGuid().ToString());
        _states.AddOrUpdate((stateName, grainId), _ => written, (_, found) => found.Version == grainState.ETag
            ? written
            : throw new InconsistentStateException("Another activation wrote the state.", found.Version, grainState.ETag));
        (grainState.ETag, grainState.RecordExists) = (written.Version, true);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        _states.TryRemove((stateName, grainId), out _);
        (grainState.ETag, grainState.RecordExists) = (null, false);
        return Task.CompletedTask;
    }
}
