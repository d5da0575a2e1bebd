using Scott.Models.Metrics;

namespace Scott.Models.Training;

/// <summary>How well frozen features do with a few training pictures of each class.</summary>
/// <param name="PerClass">The training pictures of each class.</param>
/// <param name="Repeats">How often they were drawn anew.</param>
/// <param name="Neighbors">Top-1 of nearest neighbours on all test pictures.</param>
/// <param name="Linear">Top-1 of the linear probe on all test pictures. With so few pictures its penalty is not chosen, but the usual one.</param>
public sealed record FewShotResult(int PerClass, int Repeats, MeanAndDeviation Neighbors, MeanAndDeviation Linear);
