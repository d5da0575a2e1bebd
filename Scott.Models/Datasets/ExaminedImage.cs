namespace Scott.Models.Datasets;

/// <summary>What an inspection keeps of an image: little, since there may be millions.</summary>
/// <param name="Name">Its path or name.</param>
/// <param name="Label">Its class.</param>
/// <param name="Width">Its width; 0 if it cannot be read.</param>
/// <param name="Height">Its height; 0 if it cannot be read.</param>
/// <param name="Hash">The first half of its content's SHA-256; 0 if it cannot be read.</param>
/// <param name="Error">Why it cannot be read.</param>
internal sealed record ExaminedImage(string Name, int? Label, int Width, int Height, UInt128 Hash, Exception? Error);
