namespace Scott.Models.Metrics;

/// <summary>Vectors that are nearly the same, two or more.</summary>
/// <param name="Representative">The index, from 0, of the vector with the highest mean similarity to the others. If the means of several differ by
/// less than 1e-6, the first of them.</param>
/// <param name="MeanSimilarity">That mean, −1 to 1.</param>
/// <param name="Members">The others, most similar first; of equal ones, the lowest index first.</param>
public sealed record NearDuplicateGroup(int Representative, float MeanSimilarity, IReadOnlyList<NearDuplicate> Members);

/// <summary>A vector of a group.</summary>
/// <param name="Index">Its position in the vectors, from 0.</param>
/// <param name="Similarity">Its cosine similarity to the representative, −1 to 1. Below the threshold if only a chain connects the two.</param>
public readonly record struct NearDuplicate(int Index, float Similarity);
