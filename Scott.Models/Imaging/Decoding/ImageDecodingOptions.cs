using System.Globalization;

namespace Scott.Models.Imaging;

/// <summary>How images are decoded. Immutable; equal by value.</summary>
public sealed record ImageDecodingOptions
{
    /// <summary>The default of <see cref="MaximumPixels"/>: where Pillow, too, refuses a file as a decompression bomb.</summary>
    public const long DefaultMaximumPixels = 178_956_970;

    /// <summary>The default of <see cref="MaximumBytes"/>: 256 MiB.</summary>
    public const long DefaultMaximumBytes = 1L << 28;

    /// <summary>The highest legal <see cref="MaximumBytes"/>: 1 GiB.</summary>
    private const long HighestMaximumBytes = 1L << 30;

    /// <summary>The most pixels, width times height, that a file may have. Checked before any memory is taken for them, 4 bytes each.</summary>
    /// <value>Default: 178 956 970. At least 1, at most 536 870 895.</value>
    public long MaximumPixels { get; init; } = DefaultMaximumPixels;

    /// <summary>The most bytes that an encoded image may have, from wherever it comes. No more than that, and one, is read of a stream.</summary>
    /// <value>Default: 268 435 456 (256 MiB). At least 1, at most 1 073 741 824 (1 GiB).</value>
    public long MaximumBytes { get; init; } = DefaultMaximumBytes;

    /// <summary>
    /// Lets the preprocessing decode a JPEG at the smallest of the scales 1/8 to 8/8 at which the short side still is at least twice what it is
    /// resized to. Faster for large images. Pixels differ from a full decode: of photographs by about 1 of 255 in the mean and 12 at the worst, of fine
    /// patterns such as a grid of thin lines by up to 10 and 32. Decoding to an <see cref="RgbImage"/> is always full.
    /// </summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool FastDecode { get; init; }

    /// <summary>Checks every setting.</summary>
    /// <exception cref="ScottConfigurationException">A setting is not legal.</exception>
    public void Validate()
    {
        var faults = new FaultList(nameof(ImageDecodingOptions));
        faults.Require(
            MaximumPixels >= 1 && MaximumPixels <= PixelBuffer.MaximumPixels,
            string.Create(CultureInfo.InvariantCulture, $"MaximumPixels is {MaximumPixels}; expected 1 to {PixelBuffer.MaximumPixels}."));
        faults.Require(
            MaximumBytes is >= 1 and <= HighestMaximumBytes,
            string.Create(CultureInfo.InvariantCulture, $"MaximumBytes is {MaximumBytes}; expected 1 to {HighestMaximumBytes}."));
        faults.ThrowIfAny();
    }
}
