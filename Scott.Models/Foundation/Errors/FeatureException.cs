namespace Scott.Models;

/// <summary>For an image that can be read, a model computes numbers that are not finite. Its weights are damaged, or too large for the precision
/// in which it computes.</summary>
public sealed class FeatureException : ScottException
{
    internal FeatureException(string imageName)
        : base($"For '{AddressText.Of(imageName)}' the model computes numbers that are not finite. "
            + "Check its weights, or compute in single precision.") =>
        ImageName = imageName;

    /// <summary>The image.</summary>
    public string ImageName { get; }
}
