using System.Text.Json.Serialization;

namespace Scott.Models;

/// <summary>
/// What happens to an image before the backbone sees it: resized, cropped in the center, values scaled to [0, 1] and normalized per channel.
/// Immutable; equal by value.
/// </summary>
/// <remarks>Reference: <c>get_test_transforms</c> in <c>src/data/transforms.py</c> at commit 8b6c6f9, where 256 is 8/7 of the crop, 224.</remarks>
[JsonConverter(typeof(PreprocessingSpecJson))]
public sealed record PreprocessingSpec
{
    /// <summary>The mean of ImageNet's red, green and blue values in [0, 1].</summary>
    public static readonly RgbTriple ImageNetMean = new(0.485f, 0.456f, 0.406f);

    /// <summary>The standard deviation of ImageNet's red, green and blue values in [0, 1].</summary>
    public static readonly RgbTriple ImageNetStandardDeviation = new(0.229f, 0.224f, 0.225f);

    /// <summary>The height of the center crop in pixels, 1 to 8192, and its width if <see cref="ImageWidthPixels"/> is not set: the image size of
    /// the architecture.</summary>
    /// <value>Default: 224.</value>
    public int ImagePixels { get; init; } = 224;

    /// <summary>The width of the center crop in pixels, if it is not square.</summary>
    /// <value>Default: <see langword="null"/>, as wide as high.</value>
    public int? ImageWidthPixels { get; init; }

    /// <summary>How the image is resized before the crop.</summary>
    /// <value>Default: <see cref="ResizeMode.ShortSide"/>.</value>
    public ResizeMode Resize { get; init; } = ResizeMode.ShortSide;

    /// <summary>The short side after resizing, in pixels: at least the crop's longer side; at most 16384. For <see cref="ResizeMode.Stretch"/> and
    /// <see cref="ResizeMode.Letterbox"/> the short side of the frame that is filled, which has the ratio of the crop: at least the crop's shorter
    /// side.</summary>
    /// <value>Default: 256, which is 8/7 of 224.</value>
    public int ResizePixels { get; init; } = 256;

    /// <summary>Where the crop begins if an odd number of pixels is cut off.</summary>
    /// <value>Default: <see cref="CropRounding.HalfToEven"/>.</value>
    public CropRounding CropRounding { get; init; } = CropRounding.HalfToEven;

    /// <summary>The filter for resizing.</summary>
    /// <value>Default: <see cref="Interpolation.Bilinear"/>.</value>
    public Interpolation Interpolation { get; init; } = Interpolation.Bilinear;

    /// <summary>The number subtracted from the values of each channel in [0, 1]. Finite.</summary>
    /// <value>Default: ImageNet's.</value>
    public RgbTriple Mean { get; init; } = ImageNetMean;

    /// <summary>The divisor of each channel after the mean is subtracted. More than 0.</summary>
    /// <value>Default: ImageNet's.</value>
    public RgbTriple StandardDeviation { get; init; } = ImageNetStandardDeviation;

    /// <summary>The normalization of images that do not have three channels, in place of <see cref="Mean"/> and
    /// <see cref="StandardDeviation"/>.</summary>
    /// <value>Default: <see langword="null"/>, red, green and blue.</value>
    public ChannelNormalization? Channels { get; init; }

    /// <summary>The number C of channels.</summary>
    public int ChannelCount => Channels?.Mean.Count ?? ScottArchitecture.RgbChannels;

    /// <summary>The samples that become 0 and 1 before the resize.</summary>
    /// <value>Default: <see langword="null"/>, the whole range of the sample type: 0 to 255, 0 to 65535, 0 to 4294967295, or 0 to 1 for
    /// floats.</value>
    public SampleRange? SampleRange { get; init; }

    /// <summary>The crop's height, in pixels.</summary>
    public int ImageHeight => ImagePixels;

    /// <summary>The crop's width, in pixels; equal to the height if the crop is square.</summary>
    public int ImageWidth => ImageWidthPixels ?? ImagePixels;

    /// <summary>The length of one channel of an image.</summary>
    internal int PlaneLength => ImageHeight * ImageWidth;

    /// <summary>The length of an image: channels · height · width.</summary>
    internal int TensorLength => ChannelCount * PlaneLength;

    /// <summary>The mean of each channel.</summary>
    internal float[] ChannelMeans => Channels is { } channels ? [.. channels.Mean] : [Mean.Red, Mean.Green, Mean.Blue];

    /// <summary>The standard deviation of each channel.</summary>
    internal float[] ChannelDeviations => Channels is { } channels
        ? [.. channels.StandardDeviation]
        : [StandardDeviation.Red, StandardDeviation.Green, StandardDeviation.Blue];

    /// <summary>The crop's size for messages, for example <c>112</c> or <c>64×80</c>.</summary>
    internal string ImageText => ImageWidthPixels is null ? $"{ImagePixels}" : $"{ImageHeight}×{ImageWidth}";

    /// <summary>Makes the default preprocessing for an image size.</summary>
    /// <param name="imagePixels">The side of the crop, in pixels. The short side is resized to 8/7 of it, rounded.</param>
    public static PreprocessingSpec ForImage(int imagePixels) => new()
    {
        ImagePixels = imagePixels,
        ResizePixels = (int)Math.Round(imagePixels * 8.0 / 7.0, MidpointRounding.AwayFromZero),
    };

    /// <summary>The default preprocessing for an architecture.</summary>
    internal static PreprocessingSpec For(ScottArchitecture architecture) =>
        ForImage(architecture.ImagePixels).ForSize(architecture.ImageHeight, architecture.ImageWidth) with
        {
            Channels = architecture.ImageChannels is { } channels ? ChannelNormalization.Default(channels) : null,
        };

    /// <summary>The same preprocessing for another crop; the resize is scaled in proportion.</summary>
    internal PreprocessingSpec ForSize(int height, int width)
    {
        double scale = (double)Least(height, width) / Least(ImageHeight, ImageWidth);
        int resize = (int)Math.Round(ResizePixels * scale, MidpointRounding.AwayFromZero);
        return this with
        {
            ImagePixels = height,
            ImageWidthPixels = width == height ? null : width,
            ResizePixels = Math.Max(Least(height, width), resize),
        };
    }

    /// <summary>The same preprocessing with another kind of resize: the default short side, or the whole image in the frame.</summary>
    internal PreprocessingSpec ForResize(ResizeMode mode)
    {
        PreprocessingSpec other = this with { Resize = mode };
        int whole = other.Least(ImageHeight, ImageWidth);
        return other with { ResizePixels = mode == ResizeMode.ShortSide ? ForImage(whole).ResizePixels : whole };
    }

    /// <summary>Checks every setting.</summary>
    /// <exception cref="ScottConfigurationException">At least one setting is not legal; the error lists all that are not.</exception>
    public void Validate()
    {
        var faults = new FaultList(nameof(PreprocessingSpec));
        faults.RequireRange(nameof(ImagePixels), ImagePixels, 1, ScottArchitecture.MaximumImagePixels);
        if (ImageWidthPixels is { } width)
        {
            faults.RequireRange(nameof(ImageWidthPixels), width, 1, ScottArchitecture.MaximumImagePixels);
            faults.Require(width != ImagePixels, $"ImageWidthPixels is {width}, as ImagePixels; leave it out for a square crop.");
        }

        faults.Require(Enum.IsDefined(Resize), $"Resize is {Resize}; expected ShortSide, Stretch or Letterbox.");
        faults.Require(Enum.IsDefined(CropRounding), $"CropRounding is {CropRounding}; expected HalfToEven or Down.");
        int least = Math.Max(1, Least(ImageHeight, ImageWidth));
        faults.RequireRange(nameof(ResizePixels), ResizePixels, least, 2 * ScottArchitecture.MaximumImagePixels);
        faults.Require(Enum.IsDefined(Interpolation), $"Interpolation is {Interpolation}; expected Bilinear or Bicubic.");
        Channels?.AddFaults(faults);
        CheckTriple(faults, nameof(Mean), Mean, float.IsFinite, "a finite number");
        CheckTriple(faults, nameof(StandardDeviation), StandardDeviation, value => float.IsFinite(value) && value > 0, "a finite number over 0");
        SampleRange?.Validate(faults, nameof(SampleRange));
        faults.ThrowIfAny();
    }

    /// <summary>This preprocessing as JSON, camel case, enumerations by name.</summary>
    public string ToJson() => PreprocessingSpecJson.Write(this);

    /// <summary>Reads and validates what <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">A JSON object. An unknown member is an error, because this version cannot apply it.</param>
    /// <exception cref="ScottConfigurationException">The text is not such JSON, or a setting is not legal.</exception>
    public static PreprocessingSpec FromJson(string json) => ConfigurationJson.Read(
        json, nameof(PreprocessingSpec), PreprocessingSpecJson.Read, spec => spec.Validate());

    /// <summary>The least legal <see cref="ResizePixels"/>, which cuts off as little as possible.</summary>
    private int Least(int height, int width) => Resize == ResizeMode.ShortSide ? Math.Max(height, width) : Math.Min(height, width);

    private static void CheckTriple(FaultList faults, string name, RgbTriple triple, Func<float, bool> isLegal, string expected) =>
        faults.Require(
            isLegal(triple.Red) && isLegal(triple.Green) && isLegal(triple.Blue),
            FormattableString.Invariant($"{name} is ({triple.Red}, {triple.Green}, {triple.Blue}); expected {expected} for each channel."));
}

/// <summary>One number per color channel.</summary>
/// <param name="Red">The number for red.</param>
/// <param name="Green">The number for green.</param>
/// <param name="Blue">The number for blue.</param>
public readonly record struct RgbTriple(float Red, float Green, float Blue);

/// <summary>The filter that resizes an image. Both are antialiased, as in Pillow.</summary>
public enum Interpolation
{
    /// <summary>Triangle filter.</summary>
    Bilinear,
    /// <summary>Cubic convolution with a = −0.5.</summary>
    Bicubic,
}

/// <summary>How an image is resized before the center crop.</summary>
public enum ResizeMode
{
    /// <summary>The short side gets its length, and the other side keeps the ratio: the crop cuts off the ends of the long side.</summary>
    ShortSide,
    /// <summary>Both sides get their length, in the ratio of the crop: nothing but a border is cut off, and shapes are distorted.</summary>
    Stretch,
    /// <summary>The image is scaled to fit into a frame of the ratio of the crop, and the rest of the frame is filled with the mean of each channel,
    /// rounded to 8 bits: nothing but a border is cut off, and shapes keep their ratio.</summary>
    Letterbox,
}

/// <summary>Where a center crop begins if an odd number of pixels is cut off: with half of it rounded to the even number, or down.</summary>
public enum CropRounding
{
    /// <summary>To the even number, as torchvision does.</summary>
    HalfToEven,
    /// <summary>Down, as the image processors of Hugging Face transformers do.</summary>
    Down,
}
