namespace ImageSearch.Classes;

/// <summary>What the page shows about the classes.</summary>
/// <param name="Classes">In ordinal order.</param>
/// <param name="UnknownRate">The share of images of known classes that may be called unknown.</param>
/// <param name="File">Where they are saved.</param>
/// <param name="IsKept">Whether the file survives the app: that of the drawn images does not.</param>
/// <param name="MaximumImages">How many images a class may have.</param>
/// <param name="MaximumNameLength">How many characters a name may have.</param>
/// <param name="Fault">Why the saved classes are not used, and what to do; <see langword="null"/> if they are.</param>
internal sealed record ClassList(
    IReadOnlyList<KnownClass> Classes,
    double UnknownRate,
    string File,
    bool IsKept,
    int MaximumImages,
    int MaximumNameLength,
    string? Fault);

/// <summary>A class and how many images it was shown by.</summary>
internal sealed record KnownClass(string Name, int Images);
