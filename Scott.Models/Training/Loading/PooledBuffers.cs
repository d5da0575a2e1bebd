namespace Scott.Models.Training;

/// <summary>Memory of a pool while a batch uses it.</summary>
internal sealed class PooledBuffers<TBuffers>(BatchPool<TBuffers> pool) : IDisposable
    where TBuffers : class
{
    private TBuffers? _buffers = pool.Rent();

    /// <exception cref="ObjectDisposedException">The memory may be another batch's by now.</exception>
    public TBuffers Value
    {
        get
        {
            TBuffers? buffers = Volatile.Read(ref _buffers);
            ObjectDisposedException.ThrowIf(buffers is null, typeof(ImageBatch));
            return buffers;
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffers, null) is { } buffers)
        {
            pool.Return(buffers);
        }
    }
}
