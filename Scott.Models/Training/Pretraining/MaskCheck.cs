using System.Globalization;

namespace Scott.Models.Training;

/// <summary>Refuses masks that hide nothing, with which the loss is 0 and nothing is learned, and masks that show nothing.</summary>
internal static class MaskCheck
{
    /// <param name="hiddenRatio">The share of patches to hide, over 0 and under 1.</param>
    /// <param name="architecture">The model's, whose grid decides what the share is rounded to.</param>
    /// <exception cref="ScottConfigurationException">It rounds to no hidden or no visible patch.</exception>
    public static void Require(double hiddenRatio, ScottArchitecture architecture)
    {
        (int side, int patches) = (architecture.GridSide, architecture.Patches);
        int hidden = KeepMaskSampler.HiddenPatches(patches, hiddenRatio);
        if (hidden >= 1 && hidden < patches)
        {
            return;
        }

        string found = string.Create(
            CultureInfo.InvariantCulture,
            $"HiddenRatio is {hiddenRatio}, which hides {hidden} of the {Plural.Of(patches, "patch", "patches")} that the model cuts an image into ({side}×{side})");
        string expected = patches == 1
            ? "expected an image size of at least two patches, so that one can be hidden and one stay visible"
            : string.Create(CultureInfo.InvariantCulture, $"expected {Share(1, patches)} to {Share(patches - 1, patches)}, which hide 1 and {patches - 1}");
        throw new ScottConfigurationException(nameof(PretrainingOptions), [$"{found}; {expected}."]);
    }

    /// <summary>The smallest share of six decimals that hides so many.</summary>
    private static string Share(int hidden, int patches) =>
        (Math.Ceiling(1e6 * hidden / patches) / 1e6).ToString("0.######", CultureInfo.InvariantCulture);
}
