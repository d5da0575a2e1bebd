namespace Scott.Models.Downloads;

/// <summary>Held by whoever changes a revision's or a dataset's folder: one holder among all threads and processes.</summary>
internal static class CacheLock
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    /// <param name="path">The lock file: see <see cref="FileLock"/>.</param>
    /// <param name="onWait">Called each time the lock is found held.</param>
    /// <param name="timeProvider">The clock of the wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<IDisposable> AcquireAsync(string path, Action onWait, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryAcquire(path) is { } held)
            {
                return held;
            }

            onWait();
            await Task.Delay(PollInterval, timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    private static IDisposable? TryAcquire(string path)
    {
        try
        {
            return FileLock.TryAcquire(path);
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            throw CacheFailure.Writing(path, exception);
        }
    }
}
