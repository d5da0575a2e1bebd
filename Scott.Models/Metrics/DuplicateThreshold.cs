namespace Scott.Models.Metrics;

/// <summary>A threshold for <see cref="NearDuplicates.Find"/>, and the pairs of different images that it was chosen from.</summary>
/// <param name="Threshold">The cosine similarity, more than 0, at most 1.</param>
/// <param name="FalseMatches">At most this many of the pairs reach it.</param>
/// <param name="Pairs">The number of all pairs.</param>
public readonly record struct DuplicateThreshold(double Threshold, long FalseMatches, long Pairs);
