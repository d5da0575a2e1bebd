namespace Scott.Models.Common;

/// <summary>Tells what a file system's error means.</summary>
internal static class DiskFault
{
    private const int WindowsHandleDiskFull = 39;
    private const int WindowsDiskFull = 112;
    private const int FileTooLarge = 27;
    private const int NoSpace = 28;
    private const int LinuxQuota = 122;
    private const int MacQuota = 69;

    /// <summary>Whether an exception is the file system's.</summary>
    public static bool Is(Exception exception) => exception is IOException or UnauthorizedAccessException;

    /// <summary>Whether there is no room left: on the disk, within the user's quota, or within the process's limit on a file.</summary>
    public static bool IsFull(Exception exception)
    {
        int code = exception.HResult & 0xFFFF;
        return exception is IOException && (OperatingSystem.IsWindows()
            ? code is WindowsDiskFull or WindowsHandleDiskFull
            : code is NoSpace or FileTooLarge || code == (OperatingSystem.IsMacOS() ? MacQuota : LinuxQuota));
    }
}
