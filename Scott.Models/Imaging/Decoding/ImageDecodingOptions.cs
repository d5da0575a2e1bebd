namespace Scott.Models.Imaging;

/// <summary>How images are decoded. Immutable; equal by value.</summary>
public sealed record ImageDecodingOptions
{
    /// <summary>The default of <see cref="MaximumPixels"/>: the limit at which Pillow refuses a file as a decompression bomb.</summary>
    public const long DefaultMaximumPixels = 178_956_970;

    /// <summary>The default of <see cref="MaximumBytes"/>: 256 MiB.</summary>
    public const long DefaultMaximumBytes = 1L << 28;

    private const long HighestMaximumBytes = 1L << 30; // 1 GiB

    /// <summary>The most pixels, width times height, that a file may have. Checked before any memory is taken for them, 4 bytes each.</summary>
    /// <value>Default: 178 956 970. At least 1, at most 536 870 895.</value>
    public long MaximumPixels { get; init; } = DefaultMaximumPixels;

    /// <summary>The most bytes that an encoded image may have, from wherever it comes. At most one byte more is read of a stream.</summary>
    /// <value>Default: 268 435 456 (256 MiB). At least 1, at most 1 073 741 824 (1 GiB).</value>
    public long MaximumBytes { get; init; } = DefaultMaximumBytes;

    /// <summary>
    /// Lets the preprocessing decode a JPEG at the smallest of the scales 1/8 to 8/8 at which the short side is still at least twice what it is
    /// resized to. Faster for large images. Pixels differ from a full decode: by about 1 of 255 on average and 12 at worst for photographs, by up to
    /// 10 and 32 for fine patterns such as a grid of thin lines. Decoding to an <see cref="RgbImage"/> is always full.
    /// </summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool FastDecode { get; init; }

    /// <summary>Checks every setting.</summary>
    /// <exception cref="ScottConfigurationException">A setting is not legal.</exception>
    public void Validate()
    {
        var faults = new FaultList(nameof(ImageDecodingOptions));
        Require(nameof(MaximumPixels), MaximumPixels, PixelBuffer.MaximumPixels);
        Require(nameof(MaximumBytes), MaximumBytes, HighestMaximumBytes);
        faults.ThrowIfAny();

        void Require(string setting, long value, long highest) =>
            faults.Require(value >= 1 && value <= highest, FormattableString.Invariant($"{setting} is {value}; expected 1 to {highest}."));
    }
}
