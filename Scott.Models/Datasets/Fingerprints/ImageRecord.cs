namespace Scott.Models.Datasets;

/// <summary>What is kept of an image, to know it again.</summary>
/// <param name="Name">Within its dataset.</param>
/// <param name="Class">Its class's name, if it has a label that is learned from.</param>
/// <param name="Content">Its content, as far as it is known.</param>
internal readonly record struct ImageRecord(string Name, string? Class, ImageContent Content);
