using Scott.Models.Zoo;

namespace Scott.Models.Downloads;

/// <summary>Turns what the file system reports into errors that say which path and what to do.</summary>
internal static class CacheFailure
{
    private const string MoveCache = $"ZooOptions.CacheFolder or {ZooOptions.CacheVariable} moves the model cache.";

    public static ModelCacheException Writing(string path, Exception exception) => exception switch
    {
        NotPlainFileException => new ModelCacheException(ModelCacheFault.NotWritable, path, exception.Message, exception),
        _ when DiskFault.IsFull(exception) => new ModelCacheException(
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
}
