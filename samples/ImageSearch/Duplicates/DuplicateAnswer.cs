using ImageSearch.Searching;

namespace ImageSearch.Duplicates;

/// <summary>The groups of near duplicates among the indexed images.</summary>
/// <param name="Threshold">The least cosine similarity of a pair.</param>
/// <param name="DefaultThreshold">The threshold that is taken if none is given.</param>
/// <param name="IsMeasured">Whether that default was measured for this model.</param>
/// <param name="Compared">How many images were compared.</param>
/// <param name="IsComplete">Whether the index was complete.</param>
/// <param name="GroupCount">How many groups there are.</param>
/// <param name="ImageCount">How many images they have, representatives included.</param>
/// <param name="Groups">The first groups, largest first.</param>
internal sealed record DuplicateAnswer(
    double Threshold,
    double DefaultThreshold,
    bool IsMeasured,
    int Compared,
    bool IsComplete,
    int GroupCount,
    int ImageCount,
    IReadOnlyList<DuplicateGroup> Groups);

/// <summary>Images that are nearly the same.</summary>
/// <param name="Representative">The image that is most similar to the others.</param>
/// <param name="MeanSimilarity">Its mean similarity to them.</param>
/// <param name="Count">How many images the group has, with the representative.</param>
/// <param name="Members">The first of the others with their similarity to the representative, most similar first.</param>
internal sealed record DuplicateGroup(ImageMatch Representative, double MeanSimilarity, int Count, IReadOnlyList<ImageMatch> Members);
