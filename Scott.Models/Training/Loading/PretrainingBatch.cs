namespace Scott.Models.Training;

/// <summary>The two views and the masks of a batch of images.</summary>
internal sealed class PretrainingBatch(BatchPool<BatchBuffers> pool, int count, int epoch, int number) : ImageBatch(count, epoch, number)
{
    private readonly PooledBuffers<BatchBuffers> _buffers = new(pool);

    /// <summary>[B, 3, S, S]: what the target encoder sees.</summary>
    public float[] Target => _buffers.Value.Target;

    /// <summary>[B, 3, S, S]: what the context encoder sees of visible patches.</summary>
    public float[] Context => _buffers.Value.Context;

    /// <summary>[B, N], 1 = visible.</summary>
    public byte[] Keep => _buffers.Value.Keep;

    public override void Dispose() => _buffers.Dispose();
}
