using Scott.Models.Metrics;

namespace Scott.Models.Training;

/// <summary>How well frozen features do with a few training images of each class.</summary>
/// <param name="PerClass">The training images of each class.</param>
/// <param name="Repeats">How often they were drawn anew.</param>
/// <param name="Neighbors">Top-1 of nearest neighbors on all test images.</param>
/// <param name="Linear">Top-1 of the linear probe on all test images. With so few images its penalty is not chosen, but the usual one.</param>
public sealed record FewShotResult(int PerClass, int Repeats, MeanAndDeviation Neighbors, MeanAndDeviation Linear);
