namespace Scott.Models.Imaging;

/// <summary>The random changes of an image in training: crop, flips, quarter turns, colors, blur. Immutable; equal by value.</summary>
/// <remarks>Reference: <c>get_train_transforms</c> in <c>src/data/transforms.py</c> at commit 8b6c6f9. The defaults are the same. It has no vertical
/// flip and no quarter turns.</remarks>
public sealed record AugmentationSpec
{
    /// <summary>The smallest share of the image's area that a crop takes.</summary>
    /// <value>More than 0, at most <see cref="MaximumScale"/>; default: 0.2.</value>
    public double MinimumScale { get; init; } = 0.2;

    /// <summary>The largest share of the image's area that a crop takes.</summary>
    /// <value>Not less than <see cref="MinimumScale"/>, at most 1; default: 1.</value>
    public double MaximumScale { get; init; } = 1;

    /// <summary>The smallest ratio of a crop's width to its height.</summary>
    /// <value>More than 0; default: 3/4.</value>
    public double MinimumAspect { get; init; } = 3.0 / 4;

    /// <summary>The largest ratio of a crop's width to its height.</summary>
    /// <value>Not less than <see cref="MinimumAspect"/>; default: 4/3.</value>
    public double MaximumAspect { get; init; } = 4.0 / 3;

    /// <summary>The filter that a crop is resized with.</summary>
    /// <value>Default: <see cref="Interpolation.Bicubic"/>.</value>
    public Interpolation Interpolation { get; init; } = Interpolation.Bicubic;

    /// <summary>How often the crop is mirrored left to right, in both views.</summary>
    /// <value>0 to 1; default: 0.5.</value>
    public double FlipProbability { get; init; } = 0.5;

    /// <summary>How often the crop is mirrored top to bottom, in both views: for images without an upright direction.</summary>
    /// <value>0 to 1; default: 0.</value>
    public double VerticalFlipProbability { get; init; }

    /// <summary>How often the crop is turned by 90, 180 or 270 degrees, each equally likely, in both views: for images without an upright
    /// direction. Pixels move, and do not change.</summary>
    /// <value>0 to 1; default: 0. With 0.75 all four directions are equally likely.</value>
    public double QuarterTurnProbability { get; init; }

    /// <summary>How the colors of the two views are changed.</summary>
    /// <value>Default: <see cref="ViewColorMode.Different"/>.</value>
    public ViewColorMode ColorMode { get; init; } = ViewColorMode.Different;

    /// <summary>How often a view's colors are changed at all: jitter, gray and blur, in random order, each with its own probability.</summary>
    /// <value>0 to 1; default: 0.6.</value>
    public double ColorProbability { get; init; } = 0.6;

    /// <summary>How often brightness, contrast, saturation and hue are changed, in random order.</summary>
    /// <value>0 to 1; default: 0.8.</value>
    public double JitterProbability { get; init; } = 0.8;

    /// <summary>The brightness is multiplied by 1 ± this at most.</summary>
    /// <value>0 to 1; default: 0.4.</value>
    public double Brightness { get; init; } = 0.4;

    /// <summary>The contrast is multiplied by 1 ± this at most.</summary>
    /// <value>0 to 1; default: 0.4.</value>
    public double Contrast { get; init; } = 0.4;

    /// <summary>The saturation is multiplied by 1 ± this at most.</summary>
    /// <value>0 to 1; default: 0.2.</value>
    public double Saturation { get; init; } = 0.2;

    /// <summary>The hue is rotated by ± this share of the color circle at most.</summary>
    /// <value>0 to 0.5; default: 0.1.</value>
    public double Hue { get; init; } = 0.1;

    /// <summary>How often a view is made gray.</summary>
    /// <value>0 to 1; default: 0.1.</value>
    public double GrayscaleProbability { get; init; } = 0.1;

    /// <summary>How often a view is blurred.</summary>
    /// <value>0 to 1; default: 0.3.</value>
    public double BlurProbability { get; init; } = 0.3;

    /// <summary>The side of the blur's kernel, in pixels.</summary>
    /// <value>Odd, 1 to 255; default: 9.</value>
    public int BlurKernelPixels { get; init; } = 9;

    /// <summary>The smallest standard deviation of the blur, in pixels.</summary>
    /// <value>More than 0; default: 0.1.</value>
    public double MinimumBlurSigma { get; init; } = 0.1;

    /// <summary>The largest standard deviation of the blur, in pixels.</summary>
    /// <value>Not less than <see cref="MinimumBlurSigma"/>; default: 2.</value>
    public double MaximumBlurSigma { get; init; } = 2;

    /// <summary>Checks every setting.</summary>
    /// <exception cref="ScottConfigurationException">At least one setting is not legal; the error lists all that are not.</exception>
    public void Validate()
    {
        var faults = new FaultList(nameof(AugmentationSpec));
        RequireOrdered(faults, "Scale", MinimumScale, MaximumScale, 1);
        RequireOrdered(faults, "Aspect", MinimumAspect, MaximumAspect, double.MaxValue);
        RequireOrdered(faults, "BlurSigma", MinimumBlurSigma, MaximumBlurSigma, double.MaxValue);
        faults.RequireShare(nameof(FlipProbability), FlipProbability);
        faults.RequireShare(nameof(VerticalFlipProbability), VerticalFlipProbability);
        faults.RequireShare(nameof(QuarterTurnProbability), QuarterTurnProbability);
        faults.RequireShare(nameof(ColorProbability), ColorProbability);
        faults.RequireShare(nameof(JitterProbability), JitterProbability);
        faults.RequireShare(nameof(Brightness), Brightness);
        faults.RequireShare(nameof(Contrast), Contrast);
        faults.RequireShare(nameof(Saturation), Saturation);
        faults.RequireShare(nameof(GrayscaleProbability), GrayscaleProbability);
        faults.RequireShare(nameof(BlurProbability), BlurProbability);
        faults.Require(Hue is >= 0 and <= 0.5, FormattableString.Invariant($"Hue is {Hue}; expected 0 to 0.5."));
        faults.Require(
            BlurKernelPixels is >= 1 and <= 255 && BlurKernelPixels % 2 == 1,
            $"BlurKernelPixels is {BlurKernelPixels}; expected an odd number, 1 to 255.");
        faults.Require(Enum.IsDefined(Interpolation), $"Interpolation is {Interpolation}; expected Bilinear or Bicubic.");
        faults.Require(Enum.IsDefined(ColorMode), $"ColorMode is {ColorMode}; expected None, Different or Same.");
        faults.ThrowIfAny();
    }

    private static void RequireOrdered(FaultList faults, string name, double minimum, double maximum, double limit)
    {
        string expected = limit == 1 ? "0 < minimum ≤ maximum ≤ 1" : "0 < minimum ≤ maximum";
        faults.Require(
            minimum > 0 && minimum <= maximum && maximum <= limit,
            FormattableString.Invariant($"Minimum{name} is {minimum} and Maximum{name} is {maximum}; expected {expected}."));
    }
}

/// <summary>How the colors of the two views of an image are changed.</summary>
public enum ViewColorMode
{
    /// <summary>They are not changed.</summary>
    None,
    /// <summary>Each view gets its own random change.</summary>
    Different,
    /// <summary>Both views get the same random change.</summary>
    Same,
}
