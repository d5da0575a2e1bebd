namespace Scott.Models.Foundation;

/// <summary>A published dataset's archive is not the published one, or cannot be unpacked.</summary>
public sealed class DatasetArchiveException : DatasetException
{
    internal DatasetArchiveException(string path, DatasetArchiveFault fault, string detail, Exception? innerException = null)
        : base(path, detail, innerException) => Fault = fault;

    /// <summary>What is wrong.</summary>
    public DatasetArchiveFault Fault { get; }

    /// <summary>The sum published, if the sums differ.</summary>
    public string? ExpectedMd5 { get; internal init; }

    /// <summary>The file's own sum, if the sums differ.</summary>
    public string? ActualMd5 { get; internal init; }

    /// <summary>The archive's entry concerned, or <see langword="null"/>.</summary>
    public string? Entry { get; internal init; }
}

/// <summary>The ways a dataset's archive can be refused.</summary>
public enum DatasetArchiveFault
{
    /// <summary>The file has another number of bytes than the published one.</summary>
    WrongSize,
    /// <summary>The file's MD5 sum is not the published one.</summary>
    WrongChecksum,
    /// <summary>The compressed data or the archive's structure is damaged, or ends early.</summary>
    Corrupt,
    /// <summary>An entry's path leads out of the folder to unpack into.</summary>
    PathOutsideFolder,
    /// <summary>An entry is neither a file nor a folder: a link, a device.</summary>
    UnsupportedEntry,
    /// <summary>An entry's name is not legal on every system, or names a file where another entry or the folder has something else.</summary>
    UnsafeName,
}
