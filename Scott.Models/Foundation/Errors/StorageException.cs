namespace Scott.Models;

/// <summary>The folder for downloads (the model cache, or the folder of a dataset) cannot be used. The files in it stay valid.</summary>
public sealed class StorageException : ScottException
{
    private StorageException(StorageFault fault, string path, string message, Exception? innerException)
        : base(message, innerException) => (Fault, Path) = (fault, path);

    /// <summary>What is wrong.</summary>
    public StorageFault Fault { get; }

    /// <summary>The file or folder that cannot be used.</summary>
    public string Path { get; }

    /// <summary>The error for a file that cannot be written. The caller can add advice, because it knows the purpose of the folder.</summary>
    internal static StorageException Writing(string path, Exception exception, Func<StorageFault, string>? advice = null)
    {
        if (exception is NotPlainFileException)
            return new StorageException(StorageFault.NotWritable, path, exception.Message, exception);

        (StorageFault fault, string message) = DiskFault.IsFull(exception)
            ? (StorageFault.DiskFull, $"The disk is full: '{path}' cannot be written completely. Free space and call again; downloads resume.")
            : (StorageFault.NotWritable, $"'{path}' cannot be written: {exception.Message} Make the folder writable, or choose another.");
        return new StorageException(fault, path, advice is null ? message : $"{message} {advice(fault)}", exception);
    }

    internal static StorageException Reading(string path, Exception exception) => new(
        StorageFault.NotReadable, path,
        exception is NotPlainFileException ? exception.Message : $"'{path}' cannot be read: {exception.Message} Make it readable, or remove it.",
        exception);

    internal static StorageException Replaced(string path) => new(
        StorageFault.NotWritable, path, $"Another program replaced '{path}' during the download. Remove it and call again.", null);
}

/// <summary>What is wrong with the folder for downloads.</summary>
public enum StorageFault
{
    /// <summary>The disk, or the quota, is full.</summary>
    DiskFull,
    /// <summary>A file or folder cannot be made or changed: no permission, a read-only file system, or a file where a folder should be.</summary>
    NotWritable,
    /// <summary>A file cannot be read.</summary>
    NotReadable,
}
