namespace ExtractFeatures.Output;

/// <summary>How many numbers an image gives.</summary>
/// <param name="Width">D: the numbers of the vector, and of each token.</param>
/// <param name="Tokens">N: the patch tokens to write, 0 for none.</param>
internal readonly record struct EmbeddingShape(int Width, int Tokens);
