using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Scott.Models.Imaging;

/// <summary>How images are decoded. Immutable; equal by value.</summary>
public sealed record ImageDecodingOptions
{
    /// <summary>The default of <see cref="MaximumPixels"/>: the limit at which Pillow refuses a file as a decompression bomb.</summary>
    public const long DefaultMaximumPixels = 178_956_970;

    /// <summary>The default of <see cref="MaximumBytes"/>: 256 MiB.</summary>
    public const long DefaultMaximumBytes = 1L << 28;

    internal const int SignatureBytes = 256; // what decoders see of a file before it is read

    private const long HighestMaximumBytes = 1L << 30; // 1 GiB

    /// <summary>The most pixels, width times height, that a file may have. Checked before any memory is taken for them: 4 bytes each, or those of all
    /// their samples if that is more, up to 64. While an image is turned upright or its channels are converted, a copy takes as much again.</summary>
    /// <value>Default: 178 956 970. At least 1, at most 536 870 881.</value>
    public long MaximumPixels { get; init; } = DefaultMaximumPixels;

    /// <summary>The most bytes that an encoded image may have, in a file, a stream or memory. A stream is read at most one byte further.</summary>
    /// <value>Default: 268 435 456 (256 MiB). At least 1, at most 1 073 741 824 (1 GiB).</value>
    public long MaximumBytes { get; init; } = DefaultMaximumBytes;

    /// <summary>
    /// Lets the preprocessing decode large JPEGs faster, at a smaller scale: the smallest of 1/8 to 8/8 that keeps the short side at least twice as
    /// long as after the resize, and both sides for <see cref="ResizeMode.Stretch"/>. Pixels then differ from a full decode: in photographs by about
    /// 1 of 255 on average and 12 at most, in fine patterns such as a grid of thin lines by up to 10 on average and 32 at most. Decoding to an
    /// <see cref="RgbImage"/> is always full.
    /// </summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool FastDecode { get; init; }

    /// <summary>
    /// The number of channels that images are read as, 1 to 16. A model sets it to its own number. 3 is red, green and blue: gray is used for all
    /// three, and alpha is dropped. 1 is gray, to which colors are converted as Pillow's mode L does. For any other number, an array, a page of a
    /// TIFF file or a result of <see cref="Decoders"/> must have exactly so many channels. A TIFF file may have so many pages of one channel instead.
    /// </summary>
    /// <value>Default: 3.</value>
    [JsonIgnore]
    public int Channels { get; init; } = ScottArchitecture.RgbChannels;

    /// <summary>Decoders of formats that this package does not decode, asked in this order before the built-in ones.</summary>
    /// <value>Default: none.</value>
    [JsonIgnore]
    public IReadOnlyList<IImageDecoder> Decoders { get; init; } = [];

    /// <summary>The same options for images of another number of channels.</summary>
    internal ImageDecodingOptions ForChannels(int channels) => Channels == channels ? this : this with { Channels = channels };

    /// <summary>Checks every setting.</summary>
    /// <exception cref="ScottConfigurationException">A setting is not legal.</exception>
    public void Validate()
    {
        var faults = new FaultList(nameof(ImageDecodingOptions));
        Require(nameof(MaximumPixels), MaximumPixels, PixelBuffer.MaximumPixels);
        Require(nameof(MaximumBytes), MaximumBytes, HighestMaximumBytes);
        Require(nameof(Channels), Channels, SampleImage.MaximumChannels);
        faults.Require(Decoders is not null && Decoders.All(decoder => decoder is not null), "Decoders is null or holds null; expected decoders.");
        faults.ThrowIfAny();

        void Require(string setting, long value, long highest) =>
            faults.Require(value >= 1 && value <= highest, FormattableString.Invariant($"{setting} is {value}; expected 1 to {highest}."));
    }

    /// <summary>Whether all settings are equal, and the decoders are equal and in the same order.</summary>
    /// <param name="other">Other options.</param>
    public bool Equals(ImageDecodingOptions? other) =>
        other is not null
        && (MaximumPixels, MaximumBytes, FastDecode, Channels) == (other.MaximumPixels, other.MaximumBytes, other.FastDecode, other.Channels)
        && Decoders.SequenceEqual(other.Decoders);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(MaximumPixels, MaximumBytes, FastDecode, Channels, Decoders.Count);

    /// <summary>The text of a record identifies caches, so settings that came later are in it only if they are set.</summary>
    [SuppressMessage("CodeQuality", "IDE0051", Justification = "The compiler calls it.")]
    private bool PrintMembers(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"MaximumPixels = {MaximumPixels}, MaximumBytes = {MaximumBytes}, FastDecode = {FastDecode}");
        if (Channels != ScottArchitecture.RgbChannels)
            text.Append(CultureInfo.InvariantCulture, $", Channels = {Channels}");
        if (Decoders.Count > 0)
            text.Append(CultureInfo.InvariantCulture, $", Decoders = {string.Join(" ", Decoders.Select(decoder => decoder.GetType().FullName))}");

        return true;
    }
}
