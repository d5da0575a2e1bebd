using Scott.Models.Errors;
using Scott.Models.Imaging;
using Scott.Models.Masking;

namespace Scott.Models.Data;

/// <summary>
/// Makes the batches of pre-training ahead of their use. What is in a batch follows from the seed, the epoch and the batch's number alone, not
/// from the number of workers or from what was read before: a run goes on at any batch without any state.
/// </summary>
internal sealed class PretrainingLoader
{
    private readonly IImageDataset _dataset;
    private readonly ITwoViewTransform _transform;
    private readonly KeepMaskSampler _masks;
    private readonly int _patches;
    private readonly LoaderOptions _options;
    private readonly PictureReader _pictures;

    /// <param name="dataset">The pictures.</param>
    /// <param name="transform">Makes the two views.</param>
    /// <param name="masks">Draws the keep-masks.</param>
    /// <param name="patches">N: the patches of one mask.</param>
    /// <param name="options">Batch size, seed, workers, memory.</param>
    /// <param name="reportUnreadable">Told once about each picture that another takes the place of; by any thread.</param>
    /// <exception cref="DatasetException">There are fewer pictures than fill one batch.</exception>
    public PretrainingLoader(
        IImageDataset dataset, ITwoViewTransform transform, KeepMaskSampler masks, int patches, LoaderOptions options, Action<string, Exception> reportUnreadable)
    {
        if (dataset.Count < options.BatchSize)
        {
            throw new DatasetException(
                dataset.Count == 0 ? "(empty)" : dataset.NameOf(0), $"it has {dataset.Count} pictures, and a batch {options.BatchSize}. Make the batch smaller.");
        }

        _dataset = dataset;
        _transform = transform;
        _masks = masks;
        _patches = patches;
        _options = options;
        Cache = new DecodedPictureCache(dataset, options.Decoding, options.CacheBytes);
        _pictures = new PictureReader(dataset, Cache, options.FailsOnUnreadable, reportUnreadable);
        Pool = new BatchPool(options.BatchSize, transform.TensorLength, patches);
    }

    /// <summary>Whole batches in one epoch; what is left over is dropped.</summary>
    public int BatchesPerEpoch => _dataset.Count / _options.BatchSize;

    /// <summary>The pictures found so far that cannot be read: each counts once, however often another took its place.</summary>
    public int UnreadableCount => _pictures.UnreadableCount;

    internal DecodedPictureCache Cache { get; }

    internal BatchPool Pool { get; }

    /// <summary>The batches of an epoch. Each is the caller's to dispose of.</summary>
    /// <param name="epoch">From 0.</param>
    /// <param name="firstBatch">The first one wanted, from 0.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="DatasetException">A picture cannot be read and that is to be an error, or none can be read.</exception>
    public IAsyncEnumerable<PretrainingBatch> ReadEpochAsync(int epoch, int firstBatch, CancellationToken cancellationToken)
    {
        int[] order = EpochOrder.Draw(_options.Seed, epoch, _dataset.Count);
        return Prefetcher.ReadAsync(
            firstBatch, BatchesPerEpoch, _options.BatchesAhead, (number, token) => MakeAsync(epoch, number, order, token), cancellationToken);
    }

    private async Task<PretrainingBatch> MakeAsync(int epoch, int number, int[] order, CancellationToken cancellationToken)
    {
        var batch = new PretrainingBatch(Pool, _options.BatchSize, epoch, number);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _options.EffectiveWorkers, CancellationToken = cancellationToken };
        try
        {
            await Parallel.ForAsync(0, batch.Count, parallel, async (slot, token) =>
            {
                int position = (number * batch.Count) + slot;
                (int index, PixelBuffer picture) = await _pictures.ReadAsync(order[position], token).ConfigureAwait(false);
                using (picture)
                {
                    Fill(batch, slot, position, picture);
                }

                batch.Names[slot] = _dataset.NameOf(index);
            }).ConfigureAwait(false);
            return batch;
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }

    private void Fill(PretrainingBatch batch, int slot, int position, PixelBuffer picture)
    {
        int length = _transform.TensorLength;
        _transform.Apply(
            picture,
            EpochOrder.Stream(_options.Seed, "augment", batch.Epoch, position),
            batch.Target.AsSpan(slot * length, length),
            batch.Context.AsSpan(slot * length, length));
        _masks.Sample(EpochOrder.Stream(_options.Seed, "mask", batch.Epoch, position)).Values.CopyTo(batch.Keep.AsSpan(slot * _patches, _patches));
    }
}
