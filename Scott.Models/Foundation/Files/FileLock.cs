namespace Scott.Models.Foundation;

/// <summary>A lock between processes: a file that is open without sharing. The system releases it when its holder ends, even by a crash. On
/// network file systems without file locks it locks nobody out.</summary>
internal static class FileLock
{
    private const int WindowsSharingViolation = 32;
    private const int WindowsLockViolation = 33;
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;

    /// <summary>Takes the lock; dispose of the result to release it. <see langword="null"/> if another process or thread holds it.</summary>
    /// <exception cref="IOException">The file cannot be opened, or is not a regular file. Replacing it could let two holders in.</exception>
    public static IDisposable? TryAcquire(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return PlainFile.Open(path, FileShare.None, replaces: false);
        }
        catch (IOException exception) when (IsHeld(exception))
        {
            return null;
        }
    }

    /// <summary>Whether a file cannot be opened because another process or thread has it open without sharing.</summary>
    public static bool IsHeld(IOException exception)
    {
        int code = exception.HResult & 0xFFFF;
        return OperatingSystem.IsWindows()
            ? code is WindowsSharingViolation or WindowsLockViolation
            : exception.GetType() == typeof(IOException) && code == (OperatingSystem.IsMacOS() ? MacWouldBlock : LinuxWouldBlock);
    }
}
