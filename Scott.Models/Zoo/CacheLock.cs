using Scott.Models.Common;

namespace Scott.Models.Zoo;

/// <summary>
/// Held by whoever changes a revision's or a dataset's folder: one holder among all threads and processes. A file opened without sharing; the system lets go
/// of it when its holder dies, however it dies.
/// </summary>
internal static class CacheLock
{
    private const int WindowsSharingViolation = 32;
    private const int WindowsLockViolation = 33;
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    /// <param name="path">The lock file. It stays when the lock is released: to delete it would let two holders in, of the old and of a new file.</param>
    /// <param name="onWait">Called each time the lock is found held.</param>
    /// <param name="timeProvider">The clock of the wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<IDisposable> AcquireAsync(string path, Action onWait, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                // What is no lock file is refused: to replace it could let two holders in.
                return PlainFile.Open(path, FileShare.None, replaces: false);
            }
            catch (IOException exception) when (IsHeld(exception))
            {
                onWait();
            }
            catch (Exception exception) when (CacheFailure.Is(exception))
            {
                throw CacheFailure.Writing(path, exception);
            }

            await Task.Delay(PollInterval, timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool IsHeld(IOException exception)
    {
        int code = exception.HResult & 0xFFFF;
        return OperatingSystem.IsWindows()
            ? code is WindowsSharingViolation or WindowsLockViolation
            : exception.GetType() == typeof(IOException) && code == (OperatingSystem.IsMacOS() ? MacWouldBlock : LinuxWouldBlock);
    }
}
