namespace Scott.Models.Foundation;

/// <summary>What is wrong with the place on disk of the model cache, or of a dataset's archives.</summary>
public enum ModelCacheFault
{
    /// <summary>The disk, or the quota, is full.</summary>
    DiskFull,

    /// <summary>A file or folder cannot be made or changed: no permission, a read-only file system, or a file where a folder should be.</summary>
    NotWritable,

    /// <summary>A file cannot be read.</summary>
    NotReadable,
}
