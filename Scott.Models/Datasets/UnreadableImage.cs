namespace Scott.Models.Datasets;

/// <summary>An image that cannot be read.</summary>
/// <param name="Name">Its path or name.</param>
/// <param name="Error">Why not.</param>
public sealed record UnreadableImage(string Name, Exception Error);
