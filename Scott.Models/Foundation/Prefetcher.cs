using System.Threading.Channels;

namespace Scott.Models.Foundation;

/// <summary>Makes items ahead of their use, in order, on threads of the pool.</summary>
internal static class Prefetcher
{
    /// <summary>Hands out what a producer writes. An error of the producer comes behind the items written before it.</summary>
    /// <remarks>The producer may write an item whenever <c>WaitToWriteAsync</c> says so. What is made and not handed out is discarded.</remarks>
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
            // Also when the consumer stops early: nothing runs on, and nothing that was made stays behind.
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
