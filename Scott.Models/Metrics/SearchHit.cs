namespace Scott.Models.Metrics;

/// <summary>A vector found by a search.</summary>
/// <param name="Index">Its place in the index, from 0. Removing a vector changes the place of the last one.</param>
/// <param name="Score">Its cosine similarity to the query, −1 to 1.</param>
/// <param name="Key">Its key, for example the path of the image.</param>
public readonly record struct SearchHit(int Index, float Score, string Key);
