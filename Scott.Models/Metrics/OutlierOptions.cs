namespace Scott.Models.Metrics;

/// <summary>How <see cref="Outliers"/> decides. Immutable; equal by value.</summary>
public sealed record OutlierOptions
{
    /// <summary>The default of <see cref="Neighbors"/>.</summary>
    public const int DefaultNeighbors = 10;
    /// <summary>The default of <see cref="Deviations"/>.</summary>
    public const double DefaultDeviations = 2.5;
    /// <summary>The default of <see cref="MinimumShare"/>.</summary>
    public const double DefaultMinimumShare = 0.9;

    /// <summary>The nearest neighbors that each vector is compared with. If there are fewer other vectors, all are neighbors.</summary>
    /// <value>At least 1; default: 10.</value>
    public int Neighbors { get; init; } = DefaultNeighbors;

    /// <summary>How many robust standard deviations (1.4826 times the median absolute deviation) an outlier's score is above the median.</summary>
    /// <value>More than 0; default: 2.5 (Leys et al., "Detecting outliers: Do not use standard deviation around the mean, use absolute deviation
    /// around the median", 2013).</value>
    public double Deviations { get; init; } = DefaultDeviations;

    /// <summary>The number of outliers to return, whatever their scores; <see cref="Deviations"/> then has no effect.</summary>
    /// <value>At least 1, or <see langword="null"/>, the default: all above the limit.</value>
    public int? Count { get; init; }

    /// <summary>The share of an image's neighbors that must carry one other label before its own is called wrong.</summary>
    /// <value>More than 0.5, at most 1; default: 0.9.</value>
    public double MinimumShare { get; init; } = DefaultMinimumShare;

    /// <summary>Checks every setting.</summary>
    /// <exception cref="ScottConfigurationException">At least one setting is not legal; the error lists all that are not.</exception>
    public void Validate()
    {
        var faults = new FaultList(nameof(OutlierOptions));
        faults.Require(Neighbors >= 1, FormattableString.Invariant($"Neighbors is {Neighbors}; expected at least 1."));
        faults.RequirePositive(nameof(Deviations), Deviations);
        faults.Require(Count is null or >= 1, FormattableString.Invariant($"Count is {Count}; expected at least 1, or none."));
        faults.Require(
            MinimumShare is > 0.5 and <= 1, FormattableString.Invariant($"MinimumShare is {MinimumShare}; expected more than 0.5, at most 1."));
        faults.ThrowIfAny();
    }
}
