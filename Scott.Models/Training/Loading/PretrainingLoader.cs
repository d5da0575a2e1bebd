using Scott.Models.Datasets;
using Scott.Models.Imaging;

namespace Scott.Models.Training;

/// <summary>Makes the batches of pre-training: pairs of views of each image, and keep-masks for each pair.</summary>
internal sealed class PretrainingLoader(
    IImageDataset dataset, ITwoViewTransform transform, KeepMaskSampler masks, PretrainingOptions options, TrainingRunOptions run,
    Action<string, Exception> reportUnreadable) : BatchLoader<PretrainingBatch>(dataset, options, run, reportUnreadable)
{
    private readonly (int Views, int Masks) _each = (options.ViewsPerImage, options.MasksPerView);

    internal BatchPool<PretrainingBuffers> Pool { get; } = CreatePool(
        ArrayLength(options, (long)options.ViewsPerImage * transform.TensorLength, "BatchSize or ViewsPerImage"),
        ArrayLength(options, (long)options.ViewsPerImage * options.MasksPerView * masks.Patches, "BatchSize, ViewsPerImage or MasksPerView"));

    protected override PretrainingBatch Create(int epoch, int number) => new(Pool, BatchSize, epoch, number);

    protected override void Fill(PretrainingBatch batch, int slot, int position, int index, DecodedImage image)
    {
        int length = transform.TensorLength;
        DeterministicRandom augment = Stream("augment", batch, position), mask = Stream("mask", batch, position);
        for (int view = 0; view < _each.Views; view++)
        {
            int at = (view * batch.Count) + slot;
            transform.Apply(image, augment, batch.Target.AsSpan(at * length, length), batch.Context.AsSpan(at * length, length));
            for (int number = 0; number < _each.Masks; number++)
                masks.Sample(mask).CopyTo(batch.Keep, ((number * _each.Views * batch.Count) + at) * masks.Patches);
        }
    }

    private static BatchPool<PretrainingBuffers> CreatePool(int images, int patches) =>
        new(() => new PretrainingBuffers(new float[images], new float[images], new byte[patches]));
}

/// <summary>The views and the masks of a batch of images. There are V of each kind of view: images · views, all first views first.</summary>
internal sealed class PretrainingBatch(BatchPool<PretrainingBuffers> pool, int count, int epoch, int number)
    : ImageBatch<PretrainingBuffers>(pool, count, epoch, number)
{
    /// <summary>[V, 3, S, S]: what the target encoder sees.</summary>
    public float[] Target => Buffers.Target;

    /// <summary>[V, 3, S, S]: what the context encoder sees of visible patches.</summary>
    public float[] Context => Buffers.Context;

    /// <summary>[V · masks, N], 1 = visible; all first masks first.</summary>
    public byte[] Keep => Buffers.Keep;
}

internal sealed record PretrainingBuffers(float[] Target, float[] Context, byte[] Keep);
