namespace Scott.Models.Training;

/// <summary>The B images of one training batch. Disposing it lets another batch reuse its memory; more than once is allowed.</summary>
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

/// <summary>A batch whose memory comes from a pool.</summary>
internal abstract class ImageBatch<TBuffers>(BatchPool<TBuffers> pool, int count, int epoch, int number) : ImageBatch(count, epoch, number)
    where TBuffers : class
{
    private TBuffers? _buffers = pool.Rent();

    /// <exception cref="ObjectDisposedException">The batch is disposed: another batch may use the memory.</exception>
    protected TBuffers Buffers => Volatile.Read(ref _buffers) ?? throw new ObjectDisposedException(nameof(ImageBatch));

    public override void Dispose()
    {
        if (Interlocked.Exchange(ref _buffers, null) is { } buffers)
            pool.Return(buffers);
    }
}

/// <summary>Reuses the memory of batches, so that an epoch at full speed allocates none. Thread-safe.</summary>
/// <remarks>Not the shared array pool: a tensor covers a whole array, and arrays from that pool are longer than asked for.</remarks>
internal sealed class BatchPool<TBuffers>(Func<TBuffers> make)
{
    private readonly ConcurrentBag<TBuffers> _spare = [];
    private int _made;

    /// <summary>The number of buffers, in use or not.</summary>
    public int Made => Volatile.Read(ref _made);
    public int InUse => Made - _spare.Count;

    /// <summary>Takes buffers, which still hold the values of their last use.</summary>
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
