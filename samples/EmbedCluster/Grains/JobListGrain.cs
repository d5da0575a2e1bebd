namespace EmbedCluster.Grains;

/// <summary>Keeps the names of all jobs, which a grain storage cannot list.</summary>
public sealed class JobListGrain([PersistentState("list", JobGrain.Storage)] IPersistentState<JobListState> state) : Grain, IJobListGrain
{
    /// <inheritdoc />
    public async Task AddAsync(string name)
    {
        if (state.State.Names.Contains(name))
            return;

        state.State.Names.Add(name);
        try
        {
            await state.WriteStateAsync();
        }
        catch
        {
            state.State.Names.Remove(name);
            throw;
        }
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<string>> ListAsync() => Task.FromResult<IReadOnlyList<string>>([.. state.State.Names]);
}
