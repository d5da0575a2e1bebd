using Scott.Models.Common;
using Scott.Models.Errors;

namespace Scott.Models.Zoo;

/// <summary>Turns what the file system reports into errors that say which path and what to do.</summary>
internal static class CacheFailure
{
    private const int WindowsHandleDiskFull = 39;
    private const int WindowsDiskFull = 112;
    private const int NoSpace = 28;
    private const int LinuxQuota = 122;
    private const int MacQuota = 69;
    private const string MoveCache = $"ZooOptions.CacheFolder or {ZooOptions.CacheVariable} moves the model cache.";

    public static bool Is(Exception exception) => exception is IOException or UnauthorizedAccessException;

    public static ModelCacheException Writing(string path, Exception exception) => exception switch
    {
        NotPlainFileException => new ModelCacheException(ModelCacheFault.NotWritable, path, exception.Message, exception),
        _ when IsDiskFull(exception) => new ModelCacheException(
            ModelCacheFault.DiskFull,
            path,
            $"The disk is full: '{path}' could not be written to its end. Free space and call again; a download resumes from what it has kept. "
                + $"{MoveCache} ScottModels.RemoveAsync removes models no longer needed.",
            exception),
        _ => new ModelCacheException(
            ModelCacheFault.NotWritable,
            path,
            $"'{path}' cannot be written: {exception.Message} Make the folder writable, or choose another. {MoveCache}",
            exception),
    };

    public static ModelCacheException Reading(string path, Exception exception) => new(
        ModelCacheFault.NotReadable,
        path,
        exception is NotPlainFileException ? exception.Message : $"'{path}' cannot be read: {exception.Message} Make it readable, or remove it.",
        exception);

    private static bool IsDiskFull(Exception exception)
    {
        int code = exception.HResult & 0xFFFF;
        return exception is IOException
            && (OperatingSystem.IsWindows() ? code is WindowsDiskFull or WindowsHandleDiskFull : code == NoSpace || code == (OperatingSystem.IsMacOS() ? MacQuota : LinuxQuota));
    }
}
