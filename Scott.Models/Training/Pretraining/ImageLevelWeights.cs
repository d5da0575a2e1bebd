namespace Scott.Models.Training;

/// <summary>
/// The weights of terms that look at whole images, beside the loss on tokens: each image's vector is the mean of its visible context tokens after
/// the feature norm, and its target the mean of the target encoder's tokens. Immutable; equal by value.
/// </summary>
/// <remarks>
/// Differs from the paper, which has none. The terms are VICReg's (arXiv:2105.04906, section 4.1), added to a JEPA as C-JEPA does
/// (arXiv:2410.19560, section 3.2). The statistics are those of one batch, so small batches make them noisy.
/// </remarks>
public sealed record ImageLevelWeights
{
    /// <summary>The weight of the mean squared difference between an image's vector and its target, or the target of another view of it.</summary>
    /// <value>At least 0; default: 0.</value>
    public double Invariance { get; init; }

    /// <summary>The weight of the mean of max(0, <see cref="Deviation"/> − std) over the vector's D numbers, std taken over the batch.</summary>
    /// <value>At least 0; default: 0.</value>
    public double Variance { get; init; }

    /// <summary>The weight of the sum of the squared covariances of different numbers over the batch, divided by D.</summary>
    /// <value>At least 0; default: 0.</value>
    public double Covariance { get; init; }

    /// <summary>The target standard deviation of each number over the batch. At or above it there is no variance loss.</summary>
    /// <value>More than 0; default: 0.5. The numbers of a single token have 1.</value>
    public double Deviation { get; init; } = 0.5;

    /// <summary>Whether any term counts.</summary>
    internal bool Any => Invariance > 0 || Variance > 0 || Covariance > 0;

    internal void AddFaults(FaultList faults)
    {
        faults.RequireNotNegative("ImageLevel.Invariance", Invariance);
        faults.RequireNotNegative("ImageLevel.Variance", Variance);
        faults.RequireNotNegative("ImageLevel.Covariance", Covariance);
        faults.RequirePositive("ImageLevel.Deviation", Deviation);
    }
}
