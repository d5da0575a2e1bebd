using System.Collections.Concurrent;

namespace Scott.Models.Training;

/// <summary>Batches' memory, used again and again, so that an epoch at full speed takes no new. Thread-safe.</summary>
/// <remarks>Not the shared array pool: tensors are laid over whole arrays, which that pool gives longer than asked for.</remarks>
/// <param name="make">Makes one more.</param>
internal sealed class BatchPool<TBuffers>(Func<TBuffers> make)
{
    private readonly ConcurrentBag<TBuffers> _spare = [];
    private int _made;

    /// <summary>How many there are, in use or not.</summary>
    public int Made => Volatile.Read(ref _made);

    /// <summary>How many are in use.</summary>
    public int InUse => Made - _spare.Count;

    /// <summary>Their contents are whatever the last user left.</summary>
    public TBuffers Rent()
    {
        if (_spare.TryTake(out TBuffers? spare))
        {
            return spare;
        }

        TBuffers buffers = make();
        Interlocked.Increment(ref _made);
        return buffers;
    }

    public void Return(TBuffers buffers) => _spare.Add(buffers);
}
