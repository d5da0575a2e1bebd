using Scott.Models.Metrics;

namespace Scott.Models.Training;

/// <summary>How well images can be told apart by the pooled features of an encoder that is not trained for it.</summary>
/// <param name="NeighborTop1">The share of validation images that the ten nearest training images vote into the right class, in [0, 1].</param>
/// <param name="LinearTop1">The share that a linear probe (ridge regression) puts into the right class, in [0, 1].</param>
/// <param name="TrainingImages">Labeled images that were learned from.</param>
/// <param name="ValidationImages">Labeled images that were tested on.</param>
public readonly record struct FrozenAccuracy(double NeighborTop1, double LinearTop1, int TrainingImages, int ValidationImages)
{
    /// <summary>k of the nearest neighbors.</summary>
    public const int Neighbors = 10;

    internal static FrozenAccuracy Measure(LabeledFeatures training, LabeledFeatures validation, int classes) => new(
        NearestNeighbors.Accuracy(training, validation, classes, Neighbors), RidgeProbe.Accuracy(training, validation, classes),
        training.Labels.Count, validation.Labels.Count);
}
