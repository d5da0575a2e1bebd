using System.Collections.Concurrent;

namespace Scott.Models.Data;

/// <summary>Batches' memory, used again and again, so that an epoch at full speed takes no new. Thread-safe.</summary>
/// <remarks>Not the shared array pool: tensors are laid over whole arrays, which that pool gives longer than asked for.</remarks>
internal sealed class BatchPool(int count, int viewLength, int patches)
{
    private readonly ConcurrentBag<BatchBuffers> _spare = [];
    private int _made;

    /// <summary>How many there are, in use or not.</summary>
    public int Made => Volatile.Read(ref _made);

    /// <summary>How many are in use.</summary>
    public int InUse => Made - _spare.Count;

    /// <summary>Their contents are whatever the last user left.</summary>
    public BatchBuffers Rent()
    {
        if (_spare.TryTake(out BatchBuffers? spare))
        {
            return spare;
        }

        var buffers = new BatchBuffers(count, viewLength, patches);
        Interlocked.Increment(ref _made);
        return buffers;
    }

    public void Return(BatchBuffers buffers) => _spare.Add(buffers);
}
