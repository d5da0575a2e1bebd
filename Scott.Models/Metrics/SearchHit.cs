namespace Scott.Models.Metrics;

/// <summary>A vector found by a search.</summary>
/// <param name="Index">Its place in the <see cref="EmbeddingIndex"/>, from 0.</param>
/// <param name="Score">Its cosine similarity to the query, −1 to 1.</param>
public readonly record struct SearchHit(int Index, float Score);
