using System.Threading.Channels;
using Scott.Models.Imaging;

namespace Scott.Models.Inference;

/// <summary>Takes many images through several workers: each decodes and computes its own share, so decoding overlaps computing.</summary>
/// <remarks>Results come in the input's order. Even for a slow consumer, only as many images are in flight as the workers need.</remarks>
internal sealed class EmbeddingPipeline(WorkerPool pool, int workers, int batchSize)
{
    /// <summary>One share at work and one waiting.</summary>
    private const int SharesPerWorker = 2;

    /// <summary>Reads the input on a pool thread, and reports progress before it returns each result.</summary>
    public async IAsyncEnumerable<ImageEmbedding> RunAsync(
        IAsyncEnumerable<ImageSource> images, long? total, IProgress<InferenceProgress>? progress,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        (long completed, long failed) = (0, 0);
        IAsyncEnumerable<Task<ImageEmbedding[]>> shares = Prefetcher.ReadAsync<Task<ImageEmbedding[]>>(
            SharesPerWorker * workers,
            (writer, token) => ProduceAsync(images, writer, token),
            async share => await ((Task)share).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing),
            cancellationToken);
        await foreach (Task<ImageEmbedding[]> share in shares.ConfigureAwait(false))
        {
            foreach (ImageEmbedding result in await share.ConfigureAwait(false))
            {
                completed++;
                failed += result.IsSuccess ? 0 : 1;
                progress?.Report(new InferenceProgress(completed, failed, total, Stopwatch.GetElapsedTime(started)));
                yield return result;
            }
        }
    }

    /// <summary>Starts the work on each share, and writes it to the channel before it is done.</summary>
    private async Task ProduceAsync(
        IAsyncEnumerable<ImageSource> images, ChannelWriter<Task<ImageEmbedding[]>> shares, CancellationToken cancellationToken)
    {
        long next = 0;
        List<ImageSource> gathered = [];
        async ValueTask HandOverAsync()
        {
            await shares.WaitToWriteAsync(cancellationToken).ConfigureAwait(false);
            (List<ImageSource> share, long first) = (gathered, next);
            shares.TryWrite(Task.Run(() => pool.ProcessAsync(share, first, isBulk: true, cancellationToken), cancellationToken));
            (gathered, next) = ([], next + share.Count);
        }

        try
        {
            await foreach (ImageSource image in images.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                gathered.Add(image);
                if (gathered.Count == batchSize)
                    await HandOverAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            // Also if the input fails: the results of the images before the failure come first.
            if (gathered.Count > 0)
                await HandOverAsync().ConfigureAwait(false);
        }
    }
}
