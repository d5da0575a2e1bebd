
namespace Scott.Models.Foundation;

/// <summary>A file, or bytes from elsewhere, cannot be decoded to an image.</summary>
public sealed class ImageFormatException : ScottException
{
    internal ImageFormatException(string name, ImageFault fault, string detail, Exception? innerException = null)
        : base($"'{AddressText.Of(name)}' cannot be decoded: {detail}{Advice(fault)}", innerException)
    {
        Name = name;
        Fault = fault;
    }

    /// <summary>The file's path, or the name that its source was given.</summary>
    public string Name { get; }

    /// <summary>What is wrong with it.</summary>
    public ImageFault Fault { get; }

    private static string Advice(ImageFault fault) => fault switch
    {
        ImageFault.NotAnImage or ImageFault.UnsupportedFormat => " Give an image in one of these formats, or leave it out.",
        ImageFault.TooManyPixels => " Raise MaximumPixels if you trust the file, or scale the image down first.",
        ImageFault.TooManyBytes => " Raise MaximumBytes if you trust the source, or give a single image in a compressed format.",
        ImageFault.NotAFile => " Give an image file; to read a pipe, open it and use ImageSource.FromStream.",
        ImageFault.InvalidPath => " Correct the path, or leave it out.",
        ImageFault.UnsupportedVariant => " Convert it to a baseline JPEG or to a PNG.",
        ImageFault.GitLfsPointer => string.Empty,
        _ => " The file is damaged or was not written to its end; fetch or save it again.",
    };
}
