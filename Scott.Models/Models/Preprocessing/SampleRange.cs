namespace Scott.Models;

/// <summary>
/// The samples that become 0 and 1 before an image is resized, also called its window: those outside are clipped. For images of more than 8 bits per
/// sample that use only a part of their range. Immutable; equal by value.
/// </summary>
/// <remarks>
/// It applies to every image, to 8 bits per sample too, in the numbers that the file holds: 0 to 255, 0 to 65535, 0 to 4294967295, or floats. A
/// sample v becomes (v − low) / (high − low), computed in double precision. Where high is not over low, as in a uniform image with
/// <see cref="SampleRangeKind.Percentile"/>, samples over low become 1 and the others 0. Samples that are not finite do not count for
/// percentiles; NaN becomes 0.
/// </remarks>
public sealed record SampleRange
{
    /// <summary>What the two numbers are.</summary>
    public SampleRangeKind Kind { get; init; }

    /// <summary>What becomes 0: a sample, or a percentile, 0 to 100.</summary>
    public double Low { get; init; }

    /// <summary>What becomes 1. More than <see cref="Low"/>.</summary>
    public double High { get; init; }

    /// <summary>The same two samples for every image. Keeps differences in brightness between images.</summary>
    /// <param name="low">The sample that becomes 0.</param>
    /// <param name="high">The sample that becomes 1, more than <paramref name="low"/>.</param>
    public static SampleRange Fixed(double low, double high) => new() { Kind = SampleRangeKind.Fixed, Low = low, High = high };

    /// <summary>Two percentiles of each image's own samples, those of all color channels together, as <c>numpy.percentile</c> computes
    /// them.</summary>
    /// <param name="low">The percentile that becomes 0, 0 to 100.</param>
    /// <param name="high">The percentile that becomes 1, more than <paramref name="low"/>, at most 100.</param>
    public static SampleRange Percentile(double low, double high) => new() { Kind = SampleRangeKind.Percentile, Low = low, High = high };

    /// <summary>Checks both numbers.</summary>
    /// <exception cref="ScottConfigurationException">A number is not legal.</exception>
    public void Validate()
    {
        var faults = new FaultList(nameof(SampleRange));
        Validate(faults, nameof(SampleRange));
        faults.ThrowIfAny();
    }

    /// <summary>Adds what is not legal.</summary>
    internal void Validate(FaultList faults, string name)
    {
        faults.Require(Enum.IsDefined(Kind), $"{name}.Kind is {Kind}; expected Fixed or Percentile.");
        string expected = Kind == SampleRangeKind.Percentile ? "0 ≤ Low < High ≤ 100" : "two finite numbers, Low < High";
        bool isLegal = double.IsFinite(Low) && double.IsFinite(High) && Low < High
            && (Kind != SampleRangeKind.Percentile || (Low >= 0 && High <= 100));
        faults.Require(isLegal, FormattableString.Invariant($"{name} is {Low} to {High}; expected {expected}."));
    }
}

/// <summary>What the two numbers of a <see cref="SampleRange"/> are.</summary>
public enum SampleRangeKind
{
    /// <summary>Samples, the same for every image.</summary>
    Fixed,
    /// <summary>Percentiles of each image's own samples.</summary>
    Percentile,
}
