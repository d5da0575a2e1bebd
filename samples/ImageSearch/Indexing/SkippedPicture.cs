namespace ImageSearch.Indexing;

/// <summary>A file that is not searched, and why.</summary>
internal sealed record SkippedPicture(string Path, string Reason);
