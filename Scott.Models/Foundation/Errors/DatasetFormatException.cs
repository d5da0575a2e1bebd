namespace Scott.Models.Foundation;

/// <summary>A published dataset's files are not as its form asks: damaged, incomplete, or at odds with each other.</summary>
/// <remarks><see cref="DatasetException.Name"/> is the file or folder; <see cref="DatasetException.Line"/> the line, if it is a text file.</remarks>
public sealed class DatasetFormatException : DatasetException
{
    internal DatasetFormatException(string path, DatasetFault fault, string detail, Exception? innerException = null, int? line = null)
        : base(path, detail, innerException, line) => Fault = fault;

    /// <summary>What is wrong.</summary>
    public DatasetFault Fault { get; }
}
