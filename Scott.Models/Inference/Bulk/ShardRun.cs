using Scott.Models.Datasets;
using Scott.Models.Imaging;

namespace Scott.Models.Inference;

/// <summary>Computes one shard: reads its inputs, embeds them, and writes its file. Runs once.</summary>
internal sealed class ShardRun(EmbeddingJob job, JobManifest manifest, FeatureExtractor extractor, IImageStore store, int number)
{
    /// <summary>If none of so many last images can be opened, the place may be at fault, not the images.</summary>
    private const int LeastUnopened = 8;

    /// <summary>How many other shards then tell whether it is.</summary>
    private const int OtherShards = 8;

    private readonly ConcurrentQueue<BulkImage> _inFlight = new();
    private readonly JobShard _shard = manifest.Shards[number];
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _images;
    private long _failed;
    private long _ignored;
    private long _unopened; // in a row, until now
    private string? _lastOpened;

    public async Task<ShardSeal> RunAsync(IProgress<InferenceProgress>? progress, CancellationToken cancellationToken)
    {
        string[] keys = await JobInputList.ReadAsync(job.PathOf(JobInputList.FileName), _shard, cancellationToken).ConfigureAwait(false);
        string path = job.PathOf(number);
        ShardSeal? seal = null;
        try
        {
            await AtomicFile.WriteAsync(
                path,
                async (file, token) => seal = await new ShardWriter(manifest.Fingerprint, file)
                    .WriteAsync(RowsAsync(keys, progress, token), MakeSeal, token).ConfigureAwait(false),
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            throw EmbeddingJobException.Writing(path, exception);
        }

        return seal!;
    }

    private ShardSeal MakeSeal() => new()
    {
        Plan = manifest.Sha256,
        Shard = number,
        Images = _images,
        Failed = _failed,
        Ignored = _ignored,
    };

    private async IAsyncEnumerable<(BulkImage Image, ImageEmbedding Result)> RowsAsync(
        string[] keys, IProgress<InferenceProgress>? progress, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IAsyncEnumerable<BulkImage> images = _shard.IsArchive
            ? ArchiveAsync(keys[0], cancellationToken)
            : keys.Select(key => new BulkImage(key, store)).ToAsyncEnumerable();
        IAsyncEnumerable<ImageEmbedding> results = extractor.EmbedStreamAsync(Sources(images), null, cancellationToken);
        long? total = _shard.IsArchive ? null : _shard.Images;
        await foreach (ImageEmbedding result in results.ConfigureAwait(false))
        {
            // Results come in the order of the images, so this one belongs to the first in flight.
            _inFlight.TryDequeue(out BulkImage? image);
            yield return (image!, result);
            _images++;
            _failed += result.IsSuccess ? 0 : 1;
            (_unopened, _lastOpened) = image!.IsUnopened ? (_unopened + 1, _lastOpened) : (0, image.Key);
            if (_images == _shard.Images && _unopened >= LeastUnopened && !_shard.IsArchive)
                await RequireReachableAsync(result.Error!, cancellationToken).ConfigureAwait(false);

            progress?.Report(new InferenceProgress(_images, _failed, total, Stopwatch.GetElapsedTime(_started)));
        }
    }

    /// <summary>Images that are gone become rows with an error. If what could be opened before, and those of other shards, are out of reach too, the
    /// place is at fault.</summary>
    private async Task RequireReachableAsync(Exception last, CancellationToken cancellationToken)
    {
        if (_lastOpened is { } opened && await CanOpenAsync(opened, cancellationToken).ConfigureAwait(false))
            return;

        int step = Math.Max(1, manifest.Shards.Length / OtherShards);
        for (int other = number % step; other < manifest.Shards.Length; other += step)
        {
            string[] keys = await JobInputList.ReadAsync(job.PathOf(JobInputList.FileName), manifest.Shards[other], cancellationToken)
                .ConfigureAwait(false);
            if (other != number && await CanOpenAsync(keys[keys.Length / 2], cancellationToken).ConfigureAwait(false))
                return;
        }

        throw new EmbeddingJobException(
            EmbeddingJobFault.Unreachable, job.PathOf(number),
            $"is not written: its last {Plural.Of(_unopened, "image")} cannot be opened, nor can those of other shards. The last: {last.Message} "
                + "Are the inputs there, and is this the folder that their paths start at? Run again then.",
            last);
    }

    private async Task<bool> CanOpenAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            Stream stream = await store.OpenAsync(key, 0, null, cancellationToken).ConfigureAwait(false);
            await stream.DisposeAsync().ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (!(exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    private IAsyncEnumerable<ImageSource> Sources(IAsyncEnumerable<BulkImage> images) => images.Select(image =>
    {
        _inFlight.Enqueue(image);
        return image.Source;
    });

    private async IAsyncEnumerable<BulkImage> ArchiveAsync(string key, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Stream stream = await OpenAsync(key, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var archive = new TarImages(key, new TailStream(stream), extractor.Options.Decoding.MaximumBytes);
            await foreach (BulkImage image in archive.ReadAsync(cancellationToken).ConfigureAwait(false))
                yield return image;

            _ignored = archive.Ignored;
        }
    }

    private async Task<Stream> OpenAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            return await store.OpenAsync(key, 0, null, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not (OutOfMemoryException or EmbeddingJobException)
            && !(exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            throw new EmbeddingJobException(
                EmbeddingJobFault.Archive, key, $"is a tar archive that cannot be opened: {exception.Message} Repair or replace it, and run again.",
                exception);
        }
    }
}
