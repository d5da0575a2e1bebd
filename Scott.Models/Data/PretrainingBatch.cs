namespace Scott.Models.Data;

/// <summary>The two views and the masks of a batch of pictures. Dispose it, once or more often, to let its memory serve another.</summary>
internal sealed class PretrainingBatch : IDisposable
{
    private readonly BatchPool _pool;
    private BatchBuffers? _buffers;

    public PretrainingBatch(BatchPool pool, int count, int epoch, int number)
    {
        _pool = pool;
        _buffers = pool.Rent();
        Count = count;
        Epoch = epoch;
        Number = number;
        Names = new string[count];
    }

    /// <summary>B.</summary>
    public int Count { get; }

    /// <summary>The epoch it belongs to, from 0.</summary>
    public int Epoch { get; }

    /// <summary>Its number in the epoch, from 0.</summary>
    public int Number { get; }

    /// <summary>[B, 3, S, S]: what the target encoder sees.</summary>
    public float[] Target => Buffers.Target;

    /// <summary>[B, 3, S, S]: what the context encoder sees of visible patches.</summary>
    public float[] Context => Buffers.Context;

    /// <summary>[B, N], 1 = visible.</summary>
    public byte[] Keep => Buffers.Keep;

    /// <summary>The pictures' names. They outlive the batch.</summary>
    public string[] Names { get; }

    private BatchBuffers Buffers
    {
        get
        {
            // The memory may be another batch's by now.
            BatchBuffers? buffers = Volatile.Read(ref _buffers);
            ObjectDisposedException.ThrowIf(buffers is null, this);
            return buffers;
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffers, null) is { } buffers)
        {
            _pool.Return(buffers);
        }
    }
}
