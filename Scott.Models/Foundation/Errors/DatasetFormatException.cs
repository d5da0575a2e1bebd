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

/// <summary>The ways the files of a published dataset can be wrong.</summary>
public enum DatasetFault
{
    /// <summary>The folder lacks a file or folder that the dataset's form asks for.</summary>
    MissingFile,
    /// <summary>A list names an image that is not there.</summary>
    MissingImage,
    /// <summary>There is not a single image.</summary>
    NoImages,
    /// <summary>A line, or a folder's name, is not of the form asked for.</summary>
    MalformedEntry,
    /// <summary>An image is listed twice.</summary>
    DuplicateEntry,
    /// <summary>A list names the number of an image that there is not.</summary>
    EntryOutOfRange,
    /// <summary>Two classes have one name, one class has two, or one lies in two folders.</summary>
    DuplicateClass,
    /// <summary>A class has no image.</summary>
    EmptyClass,
    /// <summary>A label is not the number of a class.</summary>
    LabelOutOfRange,
    /// <summary>The file does not begin as its format does.</summary>
    WrongMagic,
    /// <summary>The file is of another version of the format.</summary>
    UnsupportedVersion,
    /// <summary>The file ends early, or a length in it reaches past its end.</summary>
    Truncated,
    /// <summary>Compressed data is damaged.</summary>
    CompressedData,
    /// <summary>Compressed data unpacks to more bytes than any dataset of this kind has.</summary>
    TooLarge,
    /// <summary>An element of the file is of a type that the format does not have there.</summary>
    ElementType,
    /// <summary>Dimensions are not legal, or do not fit the values.</summary>
    Shape,
    /// <summary>The file lacks a variable.</summary>
    MissingVariable,
    /// <summary>The file has a variable twice.</summary>
    DuplicateVariable,
    /// <summary>A variable is no array of real numbers.</summary>
    UnsupportedArray,
    /// <summary>The file is not UTF-8 text, or not JSON of the form asked for.</summary>
    MalformedText,
}
