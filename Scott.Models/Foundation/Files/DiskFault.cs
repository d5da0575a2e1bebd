namespace Scott.Models.Foundation;

/// <summary>Tells what a file system's error means.</summary>
internal static class DiskFault
{
    private const int WindowsHandleDiskFull = 39;
    private const int WindowsDiskFull = 112;
    private const int WindowsFileTooLarge = 223;
    private const int TooLarge = 27;
    private const int NoSpace = 28;
    private const int LinuxQuota = 122;
    private const int MacQuota = 69;

    public static bool Is(Exception exception) => exception is IOException or UnauthorizedAccessException;

    /// <summary>.NET throws this if a file grows past the limit of its file system, such as 4 GiB on FAT, or of the process.</summary>
    public static bool IsOfLength(ArgumentOutOfRangeException exception) => exception.ParamName == "value";

    /// <summary>Deletes a file that nobody needs any more. If something holds it open, it stays: the next attempt may succeed.</summary>
    public static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (Is(exception))
        {
            // It only takes room.
        }
    }

    /// <summary>The error of a file that may not grow further.</summary>
    public static IOException FileTooLarge(string path, Exception exception) =>
        new($"'{path}' would be larger than its file system, or the limit of this process, allows.", exception)
        {
            HResult = OperatingSystem.IsWindows() ? WindowsFileTooLarge : TooLarge,
        };

    /// <summary>Whether no room is left: on the disk, in the quota of the user, or within the largest file size of the process.</summary>
    public static bool IsFull(Exception exception)
    {
        int code = exception.HResult & 0xFFFF;
        return exception is IOException && (OperatingSystem.IsWindows()
            ? code is WindowsDiskFull or WindowsHandleDiskFull or WindowsFileTooLarge
            : code is NoSpace or TooLarge || code == (OperatingSystem.IsMacOS() ? MacQuota : LinuxQuota));
    }
}
