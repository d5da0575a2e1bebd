namespace Scott.Models;

/// <summary>The archive of a published dataset differs from the published file, or cannot be unpacked.</summary>
public sealed class DatasetArchiveException : DatasetException
{
    internal DatasetArchiveException(string path, DatasetArchiveFault fault, string detail, Exception? innerException = null)
        : base(path, detail, innerException) => Fault = fault;

    /// <summary>What is wrong.</summary>
    public DatasetArchiveFault Fault { get; }

    /// <summary>The published MD5 sum in hexadecimal, if the sums differ; otherwise <see langword="null"/>.</summary>
    public string? ExpectedMd5 { get; internal init; }

    /// <summary>The MD5 sum of the file in lower-case hexadecimal, if the sums differ; otherwise <see langword="null"/>.</summary>
    public string? ActualMd5 { get; internal init; }

    /// <summary>The entry of the archive that has the fault; <see langword="null"/> if the fault is not in an entry.</summary>
    public string? Entry { get; internal init; }
}

/// <summary>Why the archive of a dataset is refused.</summary>
public enum DatasetArchiveFault
{
    /// <summary>The file and the published file have different lengths.</summary>
    WrongSize,
    /// <summary>The file's MD5 sum is not the published one.</summary>
    WrongChecksum,
    /// <summary>The compressed data or the archive's structure is damaged, or ends early.</summary>
    Corrupt,
    /// <summary>An entry's path leads out of the folder to unpack into, or through a symbolic link.</summary>
    PathOutsideFolder,
    /// <summary>An entry is neither a file nor a folder, for example a link or a device.</summary>
    UnsupportedEntry,
    /// <summary>An entry's name is not legal on every system, or is already in use by another entry or in the folder.</summary>
    UnsafeName,
}
