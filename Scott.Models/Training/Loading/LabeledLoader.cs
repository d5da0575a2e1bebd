using Scott.Models.Datasets;
using Scott.Models.Imaging;

namespace Scott.Models.Training;

/// <summary>Writes one view of an image, normalized. Thread-safe; all chance comes from the random source given.</summary>
/// <param name="image">The decoded image, upright.</param>
/// <param name="random">The image's own source.</param>
/// <param name="view">[3, S, S].</param>
internal delegate void ViewWriter(PixelBuffer image, DeterministicRandom random, Span<float> view);

/// <summary>Makes the batches of supervised training: one view of each image, and its class.</summary>
internal sealed class LabeledLoader : BatchLoader<LabeledBatch>
{
    private readonly ViewWriter _write;
    private readonly int _viewLength;
    private readonly BatchPool<LabeledBuffers> _pool;

    /// <param name="dataset">The images, each with a label.</param>
    /// <param name="write">Makes a view.</param>
    /// <param name="viewLength">3 · S · S.</param>
    /// <param name="options">Batch size, seed, workers, memory.</param>
    /// <param name="reportUnreadable">Told once about each image that another takes the place of; by any thread.</param>
    /// <exception cref="DatasetException">There are fewer images than fill one batch.</exception>
    public LabeledLoader(IImageDataset dataset, ViewWriter write, int viewLength, LoaderOptions options, Action<string, Exception> reportUnreadable)
        : base(dataset, options, reportUnreadable)
    {
        (_write, _viewLength) = (write, viewLength);
        _pool = new BatchPool<LabeledBuffers>(() => new LabeledBuffers(options.BatchSize, viewLength));
    }

    protected override LabeledBatch Create(int epoch, int number) => new(_pool, BatchSize, epoch, number);

    protected override void Fill(LabeledBatch batch, int slot, int position, int index, PixelBuffer image)
    {
        _write(image, Stream("augment", batch, position), batch.Images.AsSpan(slot * _viewLength, _viewLength));
        batch.Labels[slot] = Dataset.LabelOf(index)!.Value;
    }
}

/// <summary>One view of each of a batch's images, and its class.</summary>
internal sealed class LabeledBatch(BatchPool<LabeledBuffers> pool, int count, int epoch, int number)
    : ImageBatch<LabeledBuffers>(pool, count, epoch, number)
{
    /// <summary>[B, 3, S, S], normalized.</summary>
    public float[] Images => Buffers.Images;

    /// <summary>[B], classes from 0.</summary>
    public long[] Labels => Buffers.Labels;
}

/// <summary>The memory of one batch of labeled images.</summary>
internal sealed class LabeledBuffers(int count, int viewLength)
{
    public float[] Images { get; } = new float[count * viewLength];
    public long[] Labels { get; } = new long[count];
}
