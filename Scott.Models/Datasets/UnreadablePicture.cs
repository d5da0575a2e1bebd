namespace Scott.Models.Datasets;

/// <summary>A picture that cannot be read.</summary>
/// <param name="Name">Its path or name.</param>
/// <param name="Error">Why not.</param>
public sealed record UnreadablePicture(string Name, Exception Error);
