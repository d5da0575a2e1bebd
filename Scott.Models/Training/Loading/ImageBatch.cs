namespace Scott.Models.Training;

/// <summary>B images that are learned from together. Dispose it, once or more often, to let its memory serve another.</summary>
/// <remarks>Epochs, and the batches of an epoch, are numbered from 0.</remarks>
internal abstract class ImageBatch(int count, int epoch, int number) : IDisposable
{
    public int Count => count;
    public int Epoch => epoch;
    public int Number => number;

    /// <summary>The images' names. They outlive the batch.</summary>
    public string[] Names { get; } = new string[count];

    public abstract void Dispose();
}

/// <summary>A batch whose numbers are in memory of a pool.</summary>
internal abstract class ImageBatch<TBuffers>(BatchPool<TBuffers> pool, int count, int epoch, int number) : ImageBatch(count, epoch, number)
    where TBuffers : class
{
    private TBuffers? _buffers = pool.Rent();

    /// <exception cref="ObjectDisposedException">The memory may be another batch's by now.</exception>
    protected TBuffers Buffers => Volatile.Read(ref _buffers) ?? throw new ObjectDisposedException(nameof(ImageBatch));

    public override void Dispose()
    {
        if (Interlocked.Exchange(ref _buffers, null) is { } buffers)
            pool.Return(buffers);
    }
}

/// <summary>Batches' memory, used again and again, so that an epoch at full speed allocates none. Thread-safe.</summary>
/// <remarks>Not the shared array pool: tensors are laid over whole arrays, and that pool's are longer than asked for.</remarks>
internal sealed class BatchPool<TBuffers>(Func<TBuffers> make)
{
    private readonly ConcurrentBag<TBuffers> _spare = [];
    private int _made;

    /// <summary>How many there are, in use or not.</summary>
    public int Made => Volatile.Read(ref _made);
    public int InUse => Made - _spare.Count;

    /// <summary>Their contents are whatever the last user left.</summary>
    public TBuffers Rent()
    {
        if (_spare.TryTake(out TBuffers? spare))
            return spare;

        TBuffers buffers = make();
        Interlocked.Increment(ref _made);
        return buffers;
    }

    public void Return(TBuffers buffers) => _spare.Add(buffers);
}
