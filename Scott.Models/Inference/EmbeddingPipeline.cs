using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Scott.Models.Imaging;

namespace Scott.Models.Inference;

/// <summary>
/// Many images through several workers: each worker decodes and computes its own share, so decoding overlaps computing without a hand-over.
/// Results come in the order of the input, each as soon as it and all before it are done; as many images are in flight as keep the workers
/// busy, however slow the consumer is.
/// </summary>
internal sealed class EmbeddingPipeline(Func<FeatureWorker> createWorker, int workers, int batchSize)
{
    private const int SharesPerWorker = 2;

    /// <param name="images">Taken from on a thread of the pool.</param>
    /// <param name="total">How many there are, if that is known.</param>
    /// <param name="progress">Told before each result is handed out.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public async IAsyncEnumerable<ImageEmbedding> RunAsync(
        IAsyncEnumerable<ImageSource> images, long? total, IProgress<InferenceProgress>? progress, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        (long completed, long failed) = (0, 0);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

        // Each share goes into both: the workers take it from the one, the consumer awaits it in order from the other, whose bound holds the
        // input back: one share at work and one waiting for each worker.
        var work = Channel.CreateUnbounded<Share>(new UnboundedChannelOptions { SingleWriter = true });
        var ordered = Channel.CreateBounded<Share>(SharesPerWorker * workers);
        Task[] running =
        [
            Task.Run(() => ProduceAsync(images, work.Writer, ordered.Writer, stop.Token), CancellationToken.None),
            .. Enumerable.Range(0, workers).Select(_ => Task.Run(() => WorkAsync(work.Reader, stop.Token), CancellationToken.None)),
        ];
        try
        {
            await foreach (Share share in ordered.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                foreach (ImageEmbedding result in await share.Done.Task.WaitAsync(cancellationToken).ConfigureAwait(false))
                {
                    completed++;
                    failed += result.IsSuccess ? 0 : 1;
                    progress?.Report(new InferenceProgress(completed, failed, total, Stopwatch.GetElapsedTime(started)));
                    yield return result;
                }
            }
        }
        finally
        {
            // Also when the consumer stops early: nothing of this run computes on after it.
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(running).ConfigureAwait(false);
        }
    }

    private async Task ProduceAsync(
        IAsyncEnumerable<ImageSource> images, ChannelWriter<Share> work, ChannelWriter<Share> ordered, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        long next = 0;
        var gathered = new List<ImageSource>(batchSize);
        try
        {
            await foreach (ImageSource image in images.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                gathered.Add(image);
                if (gathered.Count == batchSize)
                {
                    await HandOverAsync(new Share(next, gathered), work, ordered, cancellationToken).ConfigureAwait(false);
                    next += gathered.Count;
                    gathered = new List<ImageSource>(batchSize);
                }
            }
        }
        catch (Exception exception)
        {
            // The consumer gets it behind the results of what came before.
            failure = exception;
        }

        try
        {
            if (gathered.Count > 0)
            {
                await HandOverAsync(new Share(next, gathered), work, ordered, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException exception)
        {
            failure ??= exception;
        }

        work.Complete();
        ordered.Complete(failure);
    }

    private static async ValueTask HandOverAsync(Share share, ChannelWriter<Share> work, ChannelWriter<Share> ordered, CancellationToken cancellationToken)
    {
        await ordered.WriteAsync(share, cancellationToken).ConfigureAwait(false);
        work.TryWrite(share);
    }

    private async Task WorkAsync(ChannelReader<Share> shares, CancellationToken cancellationToken)
    {
        FeatureWorker? worker = null;
        await foreach (Share share in shares.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            if (cancellationToken.IsCancellationRequested)
            {
                share.Done.TrySetCanceled(cancellationToken);
                continue;
            }

            try
            {
                worker ??= createWorker();
                share.Done.TrySetResult(await worker.ProcessAsync(share.Images, share.FirstIndex, isBulk: true, cancellationToken).ConfigureAwait(false));
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                share.Done.TrySetCanceled(cancellationToken);
            }
            catch (Exception exception)
            {
                share.Done.TrySetException(exception);

                // The consumer awaits the first failure only; the others must not come up again as unobserved.
                _ = share.Done.Task.Exception;
            }
        }
    }

    /// <summary>The images of one run of an engine.</summary>
    private sealed record Share(long FirstIndex, List<ImageSource> Images)
    {
        public TaskCompletionSource<ImageEmbedding[]> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
