namespace Scott.Models.Training;

/// <summary>One view of each of a batch's images, and its class.</summary>
internal sealed class LabeledBatch(BatchPool<LabeledBuffers> pool, int count, int epoch, int number) : ImageBatch(count, epoch, number)
{
    private readonly PooledBuffers<LabeledBuffers> _buffers = new(pool);

    /// <summary>[B, 3, S, S], normalized.</summary>
    public float[] Images => _buffers.Value.Images;

    /// <summary>[B], classes from 0.</summary>
    public long[] Labels => _buffers.Value.Labels;

    public override void Dispose() => _buffers.Dispose();
}
