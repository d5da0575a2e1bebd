using Scott.Models.Metrics;

namespace Scott.Models.Training;

/// <summary>How well the pooled features of a frozen encoder separate the classes of labeled images.</summary>
/// <param name="NeighborTop1">The share of validation images that the ten nearest training images vote into the right class, in [0, 1].</param>
/// <param name="LinearTop1">The share that a linear probe (ridge regression) puts into the right class, in [0, 1].</param>
/// <param name="TrainingImages">The number of labeled images that the probes learned from.</param>
/// <param name="ValidationImages">The number of labeled images that the probes were tested on.</param>
public readonly record struct FrozenAccuracy(double NeighborTop1, double LinearTop1, int TrainingImages, int ValidationImages)
{
    /// <summary>k: how many nearest neighbors vote.</summary>
    public const int Neighbors = 10;

    internal static FrozenAccuracy Measure(
        LabeledFeatures training, LabeledFeatures validation, int classes, CancellationToken cancellationToken) => new(
        NearestNeighbors.Accuracy(training, validation, classes, Neighbors, cancellationToken),
        RidgeProbe.Accuracy(training, validation, classes, cancellationToken),
        training.Labels.Count, validation.Labels.Count);
}
