namespace ImageSearch.Indexing;

/// <summary>How far the index is.</summary>
/// <param name="Total">The images in the folder; <see langword="null"/> while they are counted.</param>
/// <param name="Indexed">The number of images that a search can find.</param>
/// <param name="SkippedCount">The number of images that cannot be read.</param>
/// <param name="Skipped">The first images that cannot be read.</param>
/// <param name="IsComplete">Whether indexing has ended.</param>
/// <param name="Fault">Why it ended early, if it did.</param>
internal sealed record IndexStatus(int? Total, int Indexed, int SkippedCount, IReadOnlyList<SkippedImage> Skipped, bool IsComplete, string? Fault);
