namespace Scott.Models.Foundation;

/// <summary>The ways encoded image data can be wrong.</summary>
public enum ImageFault
{
    /// <summary>There is not a single byte.</summary>
    Empty,

    /// <summary>The data does not start like any image.</summary>
    NotAnImage,

    /// <summary>It is an image, but not a JPEG, PNG, WebP, BMP or GIF.</summary>
    UnsupportedFormat,

    /// <summary>It starts like an image, but its header is cut short or makes no sense.</summary>
    Header,

    /// <summary>The header gives a width or a height of 0.</summary>
    NoPixels,

    /// <summary>The header gives more pixels than the options allow.</summary>
    TooManyPixels,

    /// <summary>The encoded data has more bytes than the options allow.</summary>
    TooManyBytes,

    /// <summary>The data ends before the image does.</summary>
    Truncated,

    /// <summary>The data is all there, but does not decode to a whole image.</summary>
    Corrupt,

    /// <summary>The data is sound, but of a variant of its format that is not decoded, such as lossless JPEG or a BMP with a PNG inside.</summary>
    UnsupportedVariant,

    /// <summary>The file is a Git LFS pointer in place of the image.</summary>
    GitLfsPointer,

    /// <summary>The path is not that of a file: it is a folder's, a pipe's, a socket's or a device's.</summary>
    NotAFile = 11,

    /// <summary>The path is empty, or holds a character that no path may hold.</summary>
    InvalidPath = 12,
}
