namespace Scott.Models.Downloads;

/// <summary>Lets one thread of one process change a folder of downloads; the others wait.</summary>
internal static class DownloadLock
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits for a <see cref="FileLock"/>. Calls <paramref name="onWait"/> each time that another process or thread holds it.</summary>
    /// <exception cref="StorageException">The lock file cannot be opened.</exception>
    public static async Task<IDisposable> AcquireAsync(string path, Action onWait, DownloadOptions options, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryAcquire(path, options) is { } held)
                return held;

            onWait();
            await Task.Delay(PollInterval, options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    private static IDisposable? TryAcquire(string path, DownloadOptions options)
    {
        try
        {
            return FileLock.TryAcquire(path);
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            throw StorageException.Writing(path, exception, options.StorageAdvice);
        }
    }
}
