namespace Scott.Models;

/// <summary>A file, or bytes from elsewhere, cannot be decoded to an image.</summary>
public sealed class ImageFormatException : ScottException
{
    /// <summary>An error whose message ends with what to do: the advice given, or that for the kind of fault.</summary>
    internal ImageFormatException(string name, ImageFault fault, string detail, Exception? innerException = null, string? advice = null)
        : base($"'{AddressText.Of(name)}' cannot be decoded: {detail}{(advice is null ? Advice(fault) : $" {advice}")}", innerException) =>
        (Name, Fault) = (name, fault);

    /// <summary>The file's path, or the name that the caller gave to its source; <c>#page=</c> and the page follow if one was chosen.</summary>
    public string Name { get; }

    /// <summary>What is wrong with it.</summary>
    public ImageFault Fault { get; }

    private static string Advice(ImageFault fault) => fault switch
    {
        ImageFault.NotAnImage or ImageFault.UnsupportedFormat => " Give an image in one of these formats, or leave it out.",
        ImageFault.TooManyPixels => " Scale the image down first; if you trust the file, MaximumPixels raises the limit of all pixels.",
        ImageFault.TooManyBytes => " Raise MaximumBytes if you trust the source, or give a single image in a compressed format.",
        ImageFault.NotAFile => " Give an image file; to read a pipe, open it and use ImageSource.FromStream.",
        ImageFault.InvalidPath => " Correct the path, or leave it out.",
        ImageFault.UnsupportedVariant => " Convert it to a baseline JPEG or to a PNG.",
        ImageFault.GitLfsPointer => string.Empty,
        ImageFault.NoSuchPage => " Choose another page, or leave it out.",
        ImageFault.WrongChannels => " Give an image of the model's number of channels, or use another model.",
        ImageFault.DecoderFailed => " Check the file, or correct the decoder.",
        _ => " The file is damaged or was not written to its end; fetch or save it again.",
    };
}

/// <summary>The ways encoded image data can be wrong.</summary>
public enum ImageFault
{
    /// <summary>There are no bytes.</summary>
    Empty,
    /// <summary>The data does not start like any image.</summary>
    NotAnImage,
    /// <summary>The data is an image, but not a JPEG, PNG, WebP, BMP, GIF or TIFF.</summary>
    UnsupportedFormat,
    /// <summary>The data starts like an image, but its header is cut off or not valid.</summary>
    Header,
    /// <summary>The header gives a width or a height of 0.</summary>
    NoPixels,
    /// <summary>The image has more pixels than the options allow, or a side that is too long: over 1 048 576 pixels, in a PNG over 1 000 000, in a
    /// BMP over 65 535, in a JPEG over 65 500. Or it is so long that it cannot be resized.</summary>
    TooManyPixels,
    /// <summary>The encoded data has more bytes than the options allow.</summary>
    TooManyBytes,
    /// <summary>The data ends before the image does.</summary>
    Truncated,
    /// <summary>The data is complete, but does not decode to a whole image.</summary>
    Corrupt,
    /// <summary>The data is sound, but uses an unsupported variant of its format, such as lossless JPEG or a BMP with a PNG inside.</summary>
    UnsupportedVariant,
    /// <summary>The file is a Git LFS pointer, not the image itself.</summary>
    GitLfsPointer,
    /// <summary>The path leads to a folder, a pipe, a socket or a device, not to a file.</summary>
    NotAFile = 11,
    /// <summary>The path is empty, or holds a character that no path may hold.</summary>
    InvalidPath = 12,
    /// <summary>The file has fewer pages than the one that was asked for.</summary>
    NoSuchPage = 13,
    /// <summary>A decoder of the app threw, or returned no image.</summary>
    DecoderFailed = 14,
    /// <summary>The image has another number of channels than the model takes.</summary>
    WrongChannels = 15,
}
