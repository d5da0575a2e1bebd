using System.Text.Json.Serialization;

namespace Scott.Models;

/// <summary>
/// What happens to an image before the backbone sees it: short side resized to <see cref="ResizePixels"/>, center crop of
/// <see cref="ImagePixels"/>, values scaled to [0, 1] and normalized per channel. Immutable; equal by value.
/// </summary>
/// <remarks>Reference: <c>get_test_transforms</c> in <c>src/data/transforms.py</c> at commit 8b6c6f9, where 256 is 8/7 of the crop, 224.</remarks>
public sealed record PreprocessingSpec
{
    /// <summary>The mean of ImageNet's red, green and blue values in [0, 1].</summary>
    public static readonly RgbTriple ImageNetMean = new(0.485f, 0.456f, 0.406f);

    /// <summary>The standard deviation of ImageNet's red, green and blue values in [0, 1].</summary>
    public static readonly RgbTriple ImageNetStandardDeviation = new(0.229f, 0.224f, 0.225f);

    /// <summary>The side of the center crop, in pixels, 1 to 8192: the image side of the architecture.</summary>
    /// <value>Default: 224.</value>
    [JsonRequired]
    public int ImagePixels { get; init; } = 224;

    /// <summary>The short side after resizing, in pixels, from <see cref="ImagePixels"/> to 16384.</summary>
    /// <value>Default: 256, which is 8/7 of 224.</value>
    [JsonRequired]
    public int ResizePixels { get; init; } = 256;

    /// <summary>The filter for resizing.</summary>
    /// <value>Default: <see cref="Interpolation.Bilinear"/>.</value>
    public Interpolation Interpolation { get; init; } = Interpolation.Bilinear;

    /// <summary>The number subtracted from the values of each channel in [0, 1]. Finite.</summary>
    /// <value>Default: ImageNet's.</value>
    public RgbTriple Mean { get; init; } = ImageNetMean;

    /// <summary>The divisor of each channel after the mean is subtracted. More than 0.</summary>
    /// <value>Default: ImageNet's.</value>
    public RgbTriple StandardDeviation { get; init; } = ImageNetStandardDeviation;

    /// <summary>Makes the default preprocessing for an image size.</summary>
    /// <param name="imagePixels">The side of the crop, in pixels. The short side is resized to 8/7 of it, rounded.</param>
    public static PreprocessingSpec ForImage(int imagePixels) => new()
    {
        ImagePixels = imagePixels,
        ResizePixels = (int)Math.Round(imagePixels * 8.0 / 7.0, MidpointRounding.AwayFromZero),
    };

    /// <summary>Checks every setting.</summary>
    /// <exception cref="ScottConfigurationException">At least one setting is not legal; the error lists all that are not.</exception>
    public void Validate()
    {
        var faults = new FaultList(nameof(PreprocessingSpec));
        faults.RequireRange(nameof(ImagePixels), ImagePixels, 1, ScottArchitecture.MaximumImagePixels);
        faults.RequireRange(nameof(ResizePixels), ResizePixels, Math.Max(1, ImagePixels), 2 * ScottArchitecture.MaximumImagePixels);
        faults.Require(Enum.IsDefined(Interpolation), $"Interpolation is {Interpolation}; expected Bilinear or Bicubic.");
        CheckTriple(faults, nameof(Mean), Mean, float.IsFinite, "a finite number");
        CheckTriple(faults, nameof(StandardDeviation), StandardDeviation, value => float.IsFinite(value) && value > 0, "a finite number over 0");
        faults.ThrowIfAny();
    }

    /// <summary>This preprocessing as JSON, camel case, enumerations by name.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ConfigurationJsonContext.Default.PreprocessingSpec);

    /// <summary>Reads and validates what <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">A JSON object. An unknown member is an error, because this version cannot apply it.</param>
    /// <exception cref="ScottConfigurationException">The text is not such JSON, or a setting is not legal.</exception>
    public static PreprocessingSpec FromJson(string json) => ConfigurationJson.Read(
        json, nameof(PreprocessingSpec), ConfigurationJsonContext.Default.PreprocessingSpec, spec => spec.Validate());

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
