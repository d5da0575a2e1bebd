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
