using ImageSearch.Classes;

namespace ImageSearch.Searching;

/// <summary>The images that are similar to an image, and how the model sees it.</summary>
/// <param name="Query">The indexed image that was searched by; <see langword="null"/> for an image that was sent.</param>
/// <param name="Seen">The part that the model sees, as a data URI.</param>
/// <param name="Patches">The PCA of its patch tokens, as a data URI.</param>
/// <param name="Class">The class that it is taken for; <see langword="null"/> without classes.</param>
/// <param name="Matches">Best first.</param>
/// <param name="Searched">How many images were compared.</param>
/// <param name="IsComplete">Whether the index was complete.</param>
internal sealed record SearchAnswer(
    ImageMatch? Query, string Seen, string Patches, ClassLabel? Class, IReadOnlyList<ImageMatch> Matches, int Searched, bool IsComplete);
