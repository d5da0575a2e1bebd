using Scott.Models.Datasets;
using Scott.Models.Imaging;

namespace Scott.Models.Training;

/// <summary>Makes the batches of pre-training: two views of each image, and a keep-mask.</summary>
internal sealed class PretrainingLoader(
    IImageDataset dataset, ITwoViewTransform transform, KeepMaskSampler masks, TrainingOptions options, TrainingRunOptions run,
    Action<string, Exception> reportUnreadable) : BatchLoader<PretrainingBatch>(dataset, options, run, reportUnreadable)
{
    internal BatchPool<PretrainingBuffers> Pool { get; } = new(() => new PretrainingBuffers(
        new float[options.BatchSize * transform.TensorLength], new float[options.BatchSize * transform.TensorLength],
        new byte[options.BatchSize * masks.Patches]));

    protected override PretrainingBatch Create(int epoch, int number) => new(Pool, BatchSize, epoch, number);

    protected override void Fill(PretrainingBatch batch, int slot, int position, int index, PixelBuffer image)
    {
        int length = transform.TensorLength;
        transform.Apply(
            image, Stream("augment", batch, position), batch.Target.AsSpan(slot * length, length), batch.Context.AsSpan(slot * length, length));
        masks.Sample(Stream("mask", batch, position)).CopyTo(batch.Keep, slot * masks.Patches);
    }
}

/// <summary>The two views and the masks of a batch of images.</summary>
internal sealed class PretrainingBatch(BatchPool<PretrainingBuffers> pool, int count, int epoch, int number)
    : ImageBatch<PretrainingBuffers>(pool, count, epoch, number)
{
    /// <summary>[B, 3, S, S]: what the target encoder sees.</summary>
    public float[] Target => Buffers.Target;

    /// <summary>[B, 3, S, S]: what the context encoder sees of visible patches.</summary>
    public float[] Context => Buffers.Context;

    /// <summary>[B, N], 1 = visible.</summary>
    public byte[] Keep => Buffers.Keep;
}

internal sealed record PretrainingBuffers(float[] Target, float[] Context, byte[] Keep);
