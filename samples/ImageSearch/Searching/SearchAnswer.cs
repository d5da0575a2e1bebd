namespace ImageSearch.Searching;

/// <summary>What is like a picture, and how the model sees it.</summary>
/// <param name="Seen">The part that the model sees, as a data URI.</param>
/// <param name="Patches">The PCA of its patch tokens, as a data URI.</param>
/// <param name="Matches">Best first.</param>
/// <param name="Searched">How many pictures were compared.</param>
/// <param name="IsComplete">Whether those are all.</param>
internal sealed record SearchAnswer(string Seen, string Patches, IReadOnlyList<PictureMatch> Matches, int Searched, bool IsComplete);
