using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Scott.Models.Training;

/// <summary>Makes things ahead of their use, in order.</summary>
internal static class Prefetcher
{
    /// <summary>Makes the things of numbers <paramref name="first"/> to <paramref name="end"/> − 1. What is handed out is the consumer's to dispose of.</summary>
    /// <param name="first">The first number.</param>
    /// <param name="end">The number after the last.</param>
    /// <param name="ahead">How many may wait, besides one in the making.</param>
    /// <param name="make">Makes one; called for one number after the other, on threads of the pool.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async IAsyncEnumerable<T> ReadAsync<T>(
        int first, int end, int ahead, Func<int, CancellationToken, Task<T>> make, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : IDisposable
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ready = Channel.CreateBounded<T>(ahead);
        Task producer = Task.Run(() => ProduceAsync(first, end, make, ready.Writer, stop.Token), CancellationToken.None);
        try
        {
            await foreach (T made in ready.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return made;
            }
        }
        finally
        {
            // Also when the consumer stops early: nothing works on, and nothing made stays behind.
            await stop.CancelAsync().ConfigureAwait(false);
            await producer.ConfigureAwait(false);
            while (ready.Reader.TryRead(out T? unused))
            {
                unused.Dispose();
            }
        }
    }

    private static async Task ProduceAsync<T>(
        int first, int end, Func<int, CancellationToken, Task<T>> make, ChannelWriter<T> ready, CancellationToken cancellationToken)
        where T : IDisposable
    {
        Exception? failure = null;
        try
        {
            for (int number = first; number < end; number++)
            {
                T made = await make(number, cancellationToken).ConfigureAwait(false);
                try
                {
                    await ready.WriteAsync(made, cancellationToken).ConfigureAwait(false);
                }
                catch
                {
                    made.Dispose();
                    throw;
                }
            }
        }
        catch (Exception exception)
        {
            // The consumer gets it behind what was made before.
            failure = exception;
        }

        ready.Complete(failure);
    }
}
