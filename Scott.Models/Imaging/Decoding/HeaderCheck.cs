using System.Diagnostics.CodeAnalysis;
using SkiaSharp;

namespace Scott.Models.Imaging;

/// <summary>Refuses by its first bytes and its header what is not decoded, before memory for pixels is taken.</summary>
internal static class HeaderCheck
{
    /// <summary>Checks a file.</summary>
    /// <param name="codec">What Skia made of the file: <see langword="null"/> where it cannot read the header.</param>
    /// <param name="encoded">The file.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="options">The limits.</param>
    /// <exception cref="ImageFormatException">The file is refused.</exception>
    public static void Run([NotNull] SKCodec? codec, ReadOnlySpan<byte> encoded, string name, ImageDecodingOptions options)
    {
        string? format = ImageSignature.Format(encoded);
        if (format is null && GitLfsPointer.Begins(encoded))
        {
            throw new ImageFormatException(name, ImageFault.GitLfsPointer, GitLfsPointer.Explanation);
        }

        if (format is null)
        {
            throw ImageSignature.OtherFormat(encoded) is { } other
                ? new ImageFormatException(name, ImageFault.UnsupportedFormat, $"it is a {other} file; expected JPEG, PNG, WebP, BMP or GIF.")
                : new ImageFormatException(name, ImageFault.NotAnImage, "it does not start like an image; expected JPEG, PNG, WebP, BMP or GIF.");
        }

        // Skia takes some of these for what they are not.
        if (UnsupportedVariant.Find(encoded, format) is { } reason)
        {
            throw new ImageFormatException(name, ImageFault.UnsupportedVariant, reason);
        }

        // What Skia refuses for its size alone is told from what it cannot read.
        (long width, long height) = codec is null ? ImageSignature.Size(encoded) ?? (1, 1) : (codec.Info.Width, codec.Info.Height);
        if (width == 0 || height == 0)
        {
            throw new ImageFormatException(name, ImageFault.NoPixels, $"its {format} header gives {width}×{height} pixels; expected at least 1×1.");
        }

        if (width > 0 && height > 0 && width > options.MaximumPixels / height)
        {
            throw new ImageFormatException(
                name, ImageFault.TooManyPixels, $"its {format} header gives {width}×{height} pixels; expected at most {options.MaximumPixels} in all.");
        }

        if (codec is null)
        {
            throw new ImageFormatException(name, ImageFault.Header, $"it starts like a {format} file, but its header is cut short or makes no sense.");
        }
    }
}
