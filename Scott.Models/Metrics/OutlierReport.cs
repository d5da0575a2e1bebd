namespace Scott.Models.Metrics;

/// <summary>How far each vector is from its neighbors, and which vectors do not belong. Immutable.</summary>
/// <param name="Scores">For each vector, the mean of 1 − cosine over its nearest neighbors: 0 (copies) to 2; 0 for a single vector.</param>
/// <param name="Limit">The score that outliers exceed; <see langword="null"/> if a count was requested, or there are not two vectors.</param>
/// <param name="Found">The outliers, worst first; of equal ones, the lowest index first.</param>
public sealed record OutlierReport(IReadOnlyList<float> Scores, double? Limit, IReadOnlyList<Outlier> Found);

/// <summary>A vector that is far from its neighbors.</summary>
/// <param name="Index">Its position in the vectors, from 0.</param>
/// <param name="Score">The mean of 1 − cosine over its nearest neighbors, 0 to 2.</param>
public readonly record struct Outlier(int Index, float Score);

/// <summary>A vector whose label is likely wrong, because its neighbors carry another.</summary>
/// <param name="Index">Its position in the vectors, from 0.</param>
/// <param name="Label">Its own label.</param>
/// <param name="SuggestedLabel">The label of most of its neighbors.</param>
/// <param name="Share">The share of its neighbors that carry the suggested label, 0 to 1. In a small class, the share of its nearest ones if that
/// is less.</param>
public readonly record struct WrongLabel(int Index, int Label, int SuggestedLabel, double Share);
