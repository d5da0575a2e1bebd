namespace ImageSearch.Indexing;

/// <summary>How far the index is.</summary>
/// <param name="Total">The images in the folder; <see langword="null"/> while they are counted.</param>
/// <param name="Indexed">Those that can be found.</param>
/// <param name="SkippedCount">Those that cannot be read.</param>
/// <param name="Skipped">The first of them.</param>
/// <param name="IsComplete">Whether nothing more comes.</param>
/// <param name="Fault">Why it ended early, if it did.</param>
internal sealed record IndexStatus(int? Total, int Indexed, int SkippedCount, IReadOnlyList<SkippedImage> Skipped, bool IsComplete, string? Fault);
