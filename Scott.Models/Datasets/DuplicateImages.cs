namespace Scott.Models.Datasets;

/// <summary>Images of one dataset with the same content, byte for byte.</summary>
/// <param name="Names">Their paths or names, two or more, in the dataset's order.</param>
/// <param name="HasDifferentLabels">Whether they do not all have the same label.</param>
public sealed record DuplicateImages(IReadOnlyList<string> Names, bool HasDifferentLabels);
