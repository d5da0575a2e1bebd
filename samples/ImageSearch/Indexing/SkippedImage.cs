namespace ImageSearch.Indexing;

/// <summary>A file that is not searched, and why.</summary>
internal sealed record SkippedImage(string Path, string Reason);
