using System.Globalization;
using Scott.Models.Configuration;

namespace Scott.Models.Imaging;

/// <summary>How pictures are decoded. Immutable; equal by value.</summary>
public sealed record ImageDecodingOptions
{
    /// <summary>The default of <see cref="MaximumPixels"/>: where Pillow, too, refuses a file as a decompression bomb.</summary>
    public const long DefaultMaximumPixels = 178_956_970;

    /// <summary>The most pixels, width times height, that a file may have. Checked before any memory is taken for them, 4 bytes each.</summary>
    /// <value>Default: 178 956 970. At least 1, at most 536 870 895.</value>
    public long MaximumPixels { get; init; } = DefaultMaximumPixels;

    /// <summary>
    /// Lets the preprocessing decode a JPEG at the smallest of the scales 1/8 to 8/8 at which the short side still is at least twice what it is
    /// resized to. Faster for large pictures. Pixels differ from a full decode: of photographs by about 1 of 255 in the mean and 12 at the worst, of fine
    /// patterns such as a grid of thin lines by up to 10 and 32. Decoding to an <see cref="RgbImage"/> is always full.
    /// </summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool FastDecode { get; init; }

    /// <summary>Checks every setting.</summary>
    /// <exception cref="Errors.ScottConfigurationException">A setting is not legal.</exception>
    public void Validate()
    {
        var faults = new FaultList(nameof(ImageDecodingOptions));
        faults.Require(
            MaximumPixels >= 1 && MaximumPixels <= PixelBuffer.MaximumPixels,
            string.Create(CultureInfo.InvariantCulture, $"MaximumPixels is {MaximumPixels}; expected 1 to {PixelBuffer.MaximumPixels}."));
        faults.ThrowIfAny();
    }
}
