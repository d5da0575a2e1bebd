namespace EmbedCluster.Workers;

/// <summary>Keeps the workers of several jobs from computing more shards at once than the silo has room for.</summary>
/// <param name="capacity">How many.</param>
public sealed class WorkSlots(int capacity) : IDisposable
{
    private readonly SemaphoreSlim _free = new(capacity);

    /// <summary>Waits for room. Dispose of the result to leave it.</summary>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        return new Slot(_free);
    }

    /// <inheritdoc />
    public void Dispose() => _free.Dispose();

    private sealed class Slot(SemaphoreSlim free) : IDisposable
    {
        private SemaphoreSlim? _free = free;

        public void Dispose() => Interlocked.Exchange(ref _free, null)?.Release();
    }
}
