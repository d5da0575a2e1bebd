using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Scott.Models.Common;
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
    private readonly Action<string, Exception> _reportUnreadable;
    private readonly DecodedPictureCache _cache;
    private readonly ConcurrentBag<PretrainingBatch> _spare = [];
    private readonly ConcurrentDictionary<int, byte> _unreadable = new();

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
        _reportUnreadable = reportUnreadable;
        _cache = new DecodedPictureCache(dataset, options.Decoding, options.CacheBytes);
    }

    /// <summary>Whole batches in one epoch; what is left over is dropped.</summary>
    public int BatchesPerEpoch => _dataset.Count / _options.BatchSize;

    internal DecodedPictureCache Cache => _cache;

    /// <summary>The batches of an epoch.</summary>
    /// <param name="epoch">From 0.</param>
    /// <param name="firstBatch">The first one wanted, from 0.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="DatasetException">A picture cannot be read and that is to be an error, or none can be read.</exception>
    public async IAsyncEnumerable<PretrainingBatch> ReadEpochAsync(int epoch, int firstBatch, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ready = Channel.CreateBounded<PretrainingBatch>(_options.BatchesAhead);
        Task producer = Task.Run(() => ProduceAsync(epoch, firstBatch, ready.Writer, stop.Token), CancellationToken.None);
        try
        {
            await foreach (PretrainingBatch batch in ready.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return batch;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await producer.ConfigureAwait(false);
        }
    }

    private async Task ProduceAsync(int epoch, int firstBatch, ChannelWriter<PretrainingBatch> ready, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            int[] order = Order(epoch);
            for (int batch = firstBatch; batch < BatchesPerEpoch; batch++)
            {
                await ready.WriteAsync(await MakeAsync(epoch, batch, order, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            // The consumer gets it behind the batches of before.
            failure = exception;
        }

        ready.Complete(failure);
    }

    private async Task<PretrainingBatch> MakeAsync(int epoch, int number, int[] order, CancellationToken cancellationToken)
    {
        PretrainingBatch batch = _spare.TryTake(out PretrainingBatch? spare)
            ? spare
            : new PretrainingBatch(_options.BatchSize, _transform.TensorLength, _patches, _spare.Add);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _options.EffectiveWorkers, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, _options.BatchSize, parallel, async (slot, token) =>
        {
            int position = (number * _options.BatchSize) + slot;
            (int index, PixelBuffer picture) = await ReadAsync(order[position], token).ConfigureAwait(false);
            using (picture)
            {
                Fill(batch, slot, epoch, position, picture);
            }

            batch.Names[slot] = _dataset.NameOf(index);
        }).ConfigureAwait(false);
        return batch;
    }

    private void Fill(PretrainingBatch batch, int slot, int epoch, int position, PixelBuffer picture)
    {
        int length = _transform.TensorLength;
        _transform.Apply(
            picture,
            Stream("augment", epoch, position),
            batch.Target.AsSpan(slot * length, length),
            batch.Context.AsSpan(slot * length, length));
        _masks.Sample(Stream("mask", epoch, position)).Values.CopyTo(batch.Keep.AsSpan(slot * _patches, _patches));
    }

    /// <summary>The picture of that number, or the next one in the dataset's own order that can be read: the same one in every run.</summary>
    private async ValueTask<(int Index, PixelBuffer Picture)> ReadAsync(int wanted, CancellationToken cancellationToken)
    {
        for (int i = 0; i < _dataset.Count; i++)
        {
            int index = (wanted + i) % _dataset.Count;
            if (_unreadable.ContainsKey(index))
            {
                continue;
            }

            try
            {
                return (index, await _cache.ReadAsync(index, cancellationToken).ConfigureAwait(false));
            }
            catch (Exception exception) when (exception is ImageFormatException or IOException or UnauthorizedAccessException)
            {
                if (_options.FailsOnUnreadable)
                {
                    throw new DatasetException(_dataset.NameOf(index), $"the picture cannot be read: {exception.Message}", exception);
                }

                if (_unreadable.TryAdd(index, 0))
                {
                    _reportUnreadable(_dataset.NameOf(index), exception);
                }
            }
        }

        throw new DatasetException(_dataset.NameOf(0), $"none of its {_dataset.Count} pictures can be read.");
    }

    private int[] Order(int epoch)
    {
        int[] order = [.. Enumerable.Range(0, _dataset.Count)];
        DeterministicRandom random = Stream("order", epoch, 0);
        for (int i = order.Length - 1; i > 0; i--)
        {
            int other = random.NextInt32(i + 1);
            (order[i], order[other]) = (order[other], order[i]);
        }

        return order;
    }

    private DeterministicRandom Stream(string purpose, int epoch, int position) =>
        new(unchecked((ulong)_options.Seed), FormattableString.Invariant($"{purpose}/{epoch}/{position}"));
}
