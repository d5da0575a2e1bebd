namespace Scott.Models;

/// <summary>The files of a published dataset do not have the expected form: they are damaged or incomplete, or contradict each other.</summary>
/// <remarks><see cref="DatasetException.Name"/> is the file or folder; <see cref="DatasetException.Line"/> the line, if it is a text file.</remarks>
public sealed class DatasetFormatException : DatasetException
{
    internal DatasetFormatException(string path, DatasetFault fault, string detail, Exception? innerException = null, int? line = null)
        : base(path, detail, innerException, line) => Fault = fault;

    /// <summary>What is wrong.</summary>
    public DatasetFault Fault { get; }
}

/// <summary>The ways the files of a published dataset can be wrong.</summary>
public enum DatasetFault
{
    /// <summary>The folder lacks a file or folder that the dataset needs.</summary>
    MissingFile,
    /// <summary>A list names an image whose file is missing.</summary>
    MissingImage,
    /// <summary>There are no images.</summary>
    NoImages,
    /// <summary>A line, or the name of a folder, does not have the expected form.</summary>
    MalformedEntry,
    /// <summary>An image is listed twice.</summary>
    DuplicateEntry,
    /// <summary>A list gives the number of an image that does not exist.</summary>
    EntryOutOfRange,
    /// <summary>Two classes have the same name, or one class has two names or two folders.</summary>
    DuplicateClass,
    /// <summary>A class has no image.</summary>
    EmptyClass,
    /// <summary>A label is not the number of a class.</summary>
    LabelOutOfRange,
    /// <summary>The file lacks the bytes that mark its format.</summary>
    WrongMagic,
    /// <summary>The file has a version of the format that this package does not read.</summary>
    UnsupportedVersion,
    /// <summary>The file ends early, or a length in it reaches past its end.</summary>
    Truncated,
    /// <summary>Compressed data is damaged.</summary>
    CompressedData,
    /// <summary>Compressed data unpacks to more bytes than any dataset of this kind has.</summary>
    TooLarge,
    /// <summary>An element of the file has a type that the format does not allow there.</summary>
    ElementType,
    /// <summary>The dimensions of an array are not legal, or do not fit the number of its values.</summary>
    Shape,
    /// <summary>The file lacks a variable.</summary>
    MissingVariable,
    /// <summary>A variable occurs twice in the file.</summary>
    DuplicateVariable,
    /// <summary>A variable is not an array of real numbers.</summary>
    UnsupportedArray,
    /// <summary>The file is not UTF-8 text, or not JSON of the expected form.</summary>
    MalformedText,
}
