using Scott.Models.Datasets;
using Scott.Models.Imaging;

namespace Scott.Models.Training;

/// <summary>Makes the batches of pre-training: two views of each image, and a keep-mask.</summary>
internal sealed class PretrainingLoader : BatchLoader<PretrainingBatch>
{
    private readonly ITwoViewTransform _transform;
    private readonly KeepMaskSampler _masks;
    private readonly int _patches;

    /// <param name="dataset">The images.</param>
    /// <param name="transform">Makes the two views.</param>
    /// <param name="masks">Draws the keep-masks.</param>
    /// <param name="patches">N: the patches of one mask.</param>
    /// <param name="options">Batch size, seed, workers, memory.</param>
    /// <param name="reportUnreadable">Told once about each image that another takes the place of; by any thread.</param>
    /// <exception cref="DatasetException">There are fewer images than fill one batch.</exception>
    public PretrainingLoader(
        IImageDataset dataset,
        ITwoViewTransform transform,
        KeepMaskSampler masks,
        int patches,
        LoaderOptions options,
        Action<string, Exception> reportUnreadable)
        : base(dataset, options, reportUnreadable)
    {
        (_transform, _masks, _patches) = (transform, masks, patches);
        Pool = new BatchPool<PretrainingBuffers>(() => new PretrainingBuffers(options.BatchSize, transform.TensorLength, patches));
    }

    internal BatchPool<PretrainingBuffers> Pool { get; }

    protected override PretrainingBatch Create(int epoch, int number) => new(Pool, BatchSize, epoch, number);

    protected override void Fill(PretrainingBatch batch, int slot, int position, int index, PixelBuffer image)
    {
        int length = _transform.TensorLength;
        _transform.Apply(
            image, Stream("augment", batch, position), batch.Target.AsSpan(slot * length, length), batch.Context.AsSpan(slot * length, length));
        _masks.Sample(Stream("mask", batch, position)).Values.CopyTo(batch.Keep.AsSpan(slot * _patches, _patches));
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

/// <summary>The memory of one batch of pre-training.</summary>
internal sealed class PretrainingBuffers(int count, int viewLength, int patches)
{
    public float[] Target { get; } = new float[count * viewLength];
    public float[] Context { get; } = new float[count * viewLength];
    public byte[] Keep { get; } = new byte[count * patches];
}
