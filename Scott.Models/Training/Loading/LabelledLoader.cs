using Scott.Models.Datasets;
using Scott.Models.Foundation;
using Scott.Models.Imaging;

namespace Scott.Models.Training;

/// <summary>Writes one view of a picture, normalised. Thread-safe; all chance comes from the random source given.</summary>
/// <param name="picture">The decoded picture, upright.</param>
/// <param name="random">The picture's own source.</param>
/// <param name="view">[3, S, S].</param>
internal delegate void ViewWriter(PixelBuffer picture, DeterministicRandom random, Span<float> view);

/// <summary>Makes the batches of supervised training: one view of each picture, and its class.</summary>
internal sealed class LabelledLoader : BatchLoader<LabelledBatch>
{
    private readonly ViewWriter _write;
    private readonly int _viewLength;
    private readonly BatchPool<LabelledBuffers> _pool;

    /// <param name="dataset">The pictures, each with a label.</param>
    /// <param name="write">Makes a view.</param>
    /// <param name="viewLength">3 · S · S.</param>
    /// <param name="options">Batch size, seed, workers, memory.</param>
    /// <param name="reportUnreadable">Told once about each picture that another takes the place of; by any thread.</param>
    /// <exception cref="DatasetException">There are fewer pictures than fill one batch.</exception>
    public LabelledLoader(IImageDataset dataset, ViewWriter write, int viewLength, LoaderOptions options, Action<string, Exception> reportUnreadable)
        : base(dataset, options, reportUnreadable)
    {
        _write = write;
        _viewLength = viewLength;
        _pool = new BatchPool<LabelledBuffers>(() => new LabelledBuffers(options.BatchSize, viewLength));
    }

    protected override LabelledBatch Create(int epoch, int number) => new(_pool, BatchSize, epoch, number);

    protected override void Fill(LabelledBatch batch, int slot, int position, int index, PixelBuffer picture)
    {
        _write(picture, Stream("augment", batch, position), batch.Images.AsSpan(slot * _viewLength, _viewLength));
        batch.Labels[slot] = Dataset.LabelOf(index)!.Value;
    }
}
