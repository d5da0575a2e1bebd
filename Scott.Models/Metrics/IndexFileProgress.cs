namespace Scott.Models.Metrics;

/// <summary>How far the writing or reading of an index has come.</summary>
/// <param name="Completed">The vectors that are done.</param>
/// <param name="Total">The number of all vectors.</param>
public readonly record struct IndexFileProgress(int Completed, int Total);
