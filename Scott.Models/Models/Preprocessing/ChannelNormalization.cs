namespace Scott.Models;

/// <summary>The normalization of each channel of images that do not have three: (value − mean) / standard deviation. Immutable; equal by
/// value.</summary>
public sealed record ChannelNormalization
{
    /// <summary>The number subtracted from the values of each channel in [0, 1]: one finite number per channel, 1 to 16.</summary>
    public required IReadOnlyList<float> Mean { get; init; }

    /// <summary>The divisor of each channel after the mean is subtracted: as many numbers, each more than 0.</summary>
    public required IReadOnlyList<float> StandardDeviation { get; init; }

    /// <summary>The same mean and deviation for every channel: the average of ImageNet's red, green and blue.</summary>
    /// <param name="channels">The number of channels, 1 to 16.</param>
    public static ChannelNormalization Default(int channels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, ScottArchitecture.MaximumImageChannels);
        return new ChannelNormalization
        {
            Mean = [.. Enumerable.Repeat(Average(PreprocessingSpec.ImageNetMean), channels)],
            StandardDeviation = [.. Enumerable.Repeat(Average(PreprocessingSpec.ImageNetStandardDeviation), channels)],
        };
    }

    /// <inheritdoc/>
    public bool Equals(ChannelNormalization? other) =>
        other is not null && Mean.SequenceEqual(other.Mean) && StandardDeviation.SequenceEqual(other.StandardDeviation);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (float value in Mean.Concat(StandardDeviation))
            hash.Add(value);

        return hash.ToHashCode();
    }

    internal void AddFaults(FaultList faults)
    {
        faults.Require(
            Mean.Count is >= 1 and <= ScottArchitecture.MaximumImageChannels and not ScottArchitecture.RgbChannels,
            $"Channels has {Plural.Of(Mean.Count, "mean")}; expected 1, 2 or 4 to {ScottArchitecture.MaximumImageChannels}. "
                + "For three channels, set Mean and StandardDeviation.");
        faults.Require(
            StandardDeviation.Count == Mean.Count,
            $"Channels has {Plural.Of(StandardDeviation.Count, "standard deviation")} for {Plural.Of(Mean.Count, "mean")}; expected as many.");
        faults.Require(Mean.All(float.IsFinite), "Channels has a mean that is not finite.");
        bool areLegal = StandardDeviation.All(value => float.IsFinite(value) && value > 0);
        faults.Require(areLegal, "Channels has a standard deviation that is not a finite number over 0.");
    }

    private static float Average(RgbTriple values) => (values.Red + values.Green + values.Blue) / 3;
}
