using System.Threading.Channels;

namespace Scott.Models.Foundation;

/// <summary>Makes items before they are needed, in order, on threads of the thread pool.</summary>
internal static class Prefetcher
{
    /// <summary>Returns the items that a producer writes. An error of the producer is thrown after the items that it wrote before.</summary>
    /// <remarks>The producer writes an item when <c>WaitToWriteAsync</c> allows it. Items that are made but not returned are discarded.</remarks>
    public static async IAsyncEnumerable<T> ReadAsync<T>(
        int capacity, Func<ChannelWriter<T>, CancellationToken, Task> produce, Func<T, ValueTask> discard,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var made = Channel.CreateBounded<T>(new BoundedChannelOptions(capacity) { SingleReader = true, SingleWriter = true });
        Task producer = Task.Run(() => ProduceAsync(made.Writer, produce, stop.Token), CancellationToken.None);
        try
        {
            await foreach (T item in made.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return item;
        }
        finally
        {
            // Even if the consumer stops early, the producer ends, and every item is returned or discarded.
            await stop.CancelAsync().ConfigureAwait(false);
            await producer.ConfigureAwait(false);
            while (made.Reader.TryRead(out T? unused))
                await discard(unused).ConfigureAwait(false);
        }
    }

    private static async Task ProduceAsync<T>(
        ChannelWriter<T> writer, Func<ChannelWriter<T>, CancellationToken, Task> produce, CancellationToken cancellationToken)
    {
        try
        {
            await produce(writer, cancellationToken).ConfigureAwait(false);
            writer.Complete();
        }
        catch (Exception exception)
        {
            writer.Complete(exception);
        }
    }
}
