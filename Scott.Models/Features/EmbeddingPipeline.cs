using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Scott.Models.Imaging;

namespace Scott.Models.Features;

/// <summary>
/// Many pictures through several workers: each worker decodes and computes its own share, so decoding overlaps computing without a hand-over.
/// Results come in the order of the input; as many pictures are in flight as keep the workers busy, however slow the consumer is.
/// </summary>
internal sealed class EmbeddingPipeline(Func<FeatureWorker> createWorker, int workers, int batchSize)
{
    /// <summary>One share at work and one waiting for each worker.</summary>
    private const int SharesPerWorker = 2;

    public async IAsyncEnumerable<ImageEmbedding> RunAsync(
        IEnumerable<ImageSource> pictures, IProgress<EmbeddingProgress>? progress, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long? total = pictures.TryGetNonEnumeratedCount(out int known) ? known : null;
        long started = Stopwatch.GetTimestamp();
        (long completed, long failed) = (0, 0);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var shares = Channel.CreateUnbounded<Share>(new UnboundedChannelOptions { SingleWriter = true });
        Task[] running = [.. Enumerable.Range(0, workers).Select(_ => Task.Run(() => WorkAsync(shares.Reader, stop.Token), CancellationToken.None))];
        try
        {
            using IEnumerator<ImageSource> input = pictures.GetEnumerator();
            var pending = new Queue<Share>();
            long next = 0;
            bool hasMore = true;
            while (true)
            {
                while (hasMore && pending.Count < workers * SharesPerWorker)
                {
                    Share share = Take(input, next);
                    hasMore = share.Pictures.Count == batchSize;
                    next += share.Pictures.Count;
                    if (share.Pictures.Count > 0)
                    {
                        pending.Enqueue(share);
                        shares.Writer.TryWrite(share);
                    }
                }

                if (!pending.TryDequeue(out Share? oldest))
                {
                    yield break;
                }

                foreach (ImageEmbedding result in await oldest.Done.Task.WaitAsync(cancellationToken).ConfigureAwait(false))
                {
                    completed++;
                    failed += result.IsSuccess ? 0 : 1;
                    progress?.Report(new EmbeddingProgress(completed, failed, total, Stopwatch.GetElapsedTime(started)));
                    yield return result;
                }
            }
        }
        finally
        {
            // Also when the consumer stops early: nothing of this run computes on after it.
            shares.Writer.Complete();
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(running).ConfigureAwait(false);
        }
    }

    private async Task WorkAsync(ChannelReader<Share> shares, CancellationToken cancellationToken)
    {
        FeatureWorker? worker = null;
        while (await shares.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            while (shares.TryRead(out Share? share))
            {
                if (cancellationToken.IsCancellationRequested)
                {
                    share.Done.TrySetCanceled(cancellationToken);
                    continue;
                }

                try
                {
                    worker ??= createWorker();
                    share.Done.TrySetResult(await worker.ProcessAsync(share.Pictures, share.FirstIndex, isBulk: true, cancellationToken).ConfigureAwait(false));
                }
                catch (OperationCanceledException)
                {
                    share.Done.TrySetCanceled(cancellationToken);
                }
                catch (Exception exception)
                {
                    share.Done.TrySetException(exception);
                }
            }
        }
    }

    private Share Take(IEnumerator<ImageSource> input, long firstIndex)
    {
        var pictures = new List<ImageSource>(batchSize);
        while (pictures.Count < batchSize && input.MoveNext())
        {
            pictures.Add(input.Current);
        }

        return new Share(firstIndex, pictures);
    }

    /// <summary>The pictures of one run of an engine.</summary>
    private sealed record Share(long FirstIndex, List<ImageSource> Pictures)
    {
        public TaskCompletionSource<ImageEmbedding[]> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
