using System.Threading.Channels;
using Scott.Models.Datasets;
using Scott.Models.Imaging;

namespace Scott.Models.Training;

/// <summary>Prepares training batches before they are needed. What is in a batch follows from the seed, the epoch and the batch's number alone, not
/// from the number of workers or from what was read before: a run resumes at any batch without any state.</summary>
internal abstract class BatchLoader<TBatch>
    where TBatch : ImageBatch
{
    /// <summary>Batches made ahead of the one in use.</summary>
    internal const int BatchesAhead = 2;

    private readonly TrainingOptions _options;
    private readonly TrainingRunOptions _run;
    private readonly ImageReader _images;

    /// <summary>The recipe alone decides what is in a batch. Each unreadable image is reported once, from any thread.</summary>
    /// <exception cref="DatasetException">There are fewer images than one batch needs, or fewer batches than one step needs.</exception>
    protected BatchLoader(IImageDataset dataset, TrainingOptions options, TrainingRunOptions run, Action<string, Exception> reportUnreadable)
    {
        (Dataset, _options, _run) = (dataset, options, run);
        if (BatchesPerEpoch == 0)
        {
            throw new DatasetException(
                dataset.Name, $"its {Plural.Of(dataset.Count, "image")} cannot fill a batch of {BatchSize}. Make the batch smaller.");
        }

        if (StepsPerEpoch == 0)
        {
            string batches = Plural.Of(BatchesPerEpoch, "batch", "batches");
            throw new DatasetException(
                dataset.Name,
                $"an epoch has {batches}, and a step accumulates {options.AccumulatedBatches}. Lower AccumulatedBatches, or make batches smaller.");
        }

        Cache = new DecodedImageCache(dataset, run.Decoding, run.CacheBytes);
        _images = new ImageReader(dataset, Cache, run.FailOnUnreadable, reportUnreadable);
    }

    public IImageDataset Dataset { get; }
    public int BatchSize => _options.BatchSize;

    /// <summary>Whole batches in one epoch; the images left over are dropped.</summary>
    public int BatchesPerEpoch => Dataset.Count / BatchSize;

    /// <summary>Optimizer steps in one epoch; the batches left over are dropped.</summary>
    public long StepsPerEpoch => BatchesPerEpoch / _options.AccumulatedBatches;

    /// <summary>The images found so far that cannot be read: each counts once, however often another took its place.</summary>
    public int UnreadableCount => _images.UnreadableCount;
    internal DecodedImageCache Cache { get; }

    /// <summary>The batches of an epoch, from a first batch; both are counted from 0. The caller disposes each batch.</summary>
    /// <exception cref="DatasetException">An image cannot be read and the options make that an error, or no image can be read.</exception>
    public IAsyncEnumerable<TBatch> ReadEpochAsync(int epoch, int firstBatch, CancellationToken cancellationToken)
    {
        int[] order = EpochOrder.Draw(_options.Seed, epoch, Dataset.Count);
        async Task ProduceAsync(ChannelWriter<TBatch> batches, CancellationToken token)
        {
            for (int number = firstBatch; number < BatchesPerEpoch; number++)
            {
                await batches.WaitToWriteAsync(token).ConfigureAwait(false);
                batches.TryWrite(await MakeAsync(epoch, number, order, token).ConfigureAwait(false));
            }
        }

        ValueTask Discard(TBatch batch)
        {
            batch.Dispose();
            return ValueTask.CompletedTask;
        }

        // One more than the batches ahead: a batch takes its place before it is made.
        return Prefetcher.ReadAsync<TBatch>(BatchesAhead + 1, ProduceAsync, Discard, cancellationToken);
    }

    /// <summary>The length of an array that holds some numbers for each image of a batch.</summary>
    /// <param name="options">The recipe.</param>
    /// <param name="numbers">The numbers of an image.</param>
    /// <param name="settings">The settings that make the array shorter.</param>
    /// <exception cref="ScottConfigurationException">No array can be that long.</exception>
    internal static int ArrayLength(TrainingOptions options, long numbers, string settings = nameof(TrainingOptions.BatchSize))
    {
        long length = options.BatchSize * numbers;
        if (length <= Array.MaxLength)
            return (int)length;

        string reason = $"because an image has {Plural.Of(numbers, "number")} in a batch, and an array holds at most {Array.MaxLength}";
        string fault = $"BatchSize is {options.BatchSize}; expected at most {Array.MaxLength / numbers}, {reason}. "
            + $"Lower {settings}, or use smaller images. AccumulatedBatches makes large steps of small batches.";
        throw new ScottConfigurationException(options.GetType().Name, [fault]);
    }

    protected abstract TBatch Create(int epoch, int number);

    /// <summary>Puts an image into a batch. Called for several places of a batch at once.</summary>
    protected abstract void Fill(TBatch batch, int slot, int position, int index, DecodedImage image);

    /// <summary>The random source of one purpose at one place of an epoch.</summary>
    protected DeterministicRandom Stream(string purpose, TBatch batch, int position) =>
        EpochOrder.Stream(_options.Seed, purpose, batch.Epoch, position);

    private async Task<TBatch> MakeAsync(int epoch, int number, int[] order, CancellationToken cancellationToken)
    {
        TBatch batch = Create(epoch, number);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _run.EffectiveWorkers, CancellationToken = cancellationToken };
        try
        {
            await Parallel.ForAsync(0, batch.Count, parallel, async (slot, token) =>
            {
                int position = (number * batch.Count) + slot;
                (int index, DecodedImage image) = await _images.ReadAsync(order[position], token).ConfigureAwait(false);
                using (image)
                    Fill(batch, slot, position, index, image);

                batch.Names[slot] = Dataset.NameOf(index);
            }).ConfigureAwait(false);
            return batch;
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }
}
