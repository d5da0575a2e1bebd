using System.Collections.Concurrent;

namespace ImageSearch.Images;

/// <summary>
/// One thread for all large images: the array pool keeps a buffer for each thread that ever returned one, and those of large images have hundreds
/// of megabytes. Thread-safe.
/// </summary>
internal sealed class DecodingThread : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];

    public DecodingThread()
    {
        new Thread(Work) { IsBackground = true, Name = "Large images" }.Start();
    }

    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(
            () =>
            {
                try
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    result.SetResult(work());
                }
                catch (Exception exception)
                {
                    result.SetException(exception);
                }
            },
            cancellationToken);
        return result.Task;
    }

    /// <summary>Lets the thread end after what it has begun.</summary>
    public void Dispose() => _work.CompleteAdding();

    private void Work()
    {
        foreach (Action work in _work.GetConsumingEnumerable())
            work();
    }
}
