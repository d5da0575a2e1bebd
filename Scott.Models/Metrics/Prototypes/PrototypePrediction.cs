namespace Scott.Models.Metrics;

/// <summary>The classes of one image, as a <see cref="PrototypeClassifier"/> sees them. Immutable.</summary>
public sealed class PrototypePrediction
{
    internal PrototypePrediction(IReadOnlyList<PrototypeScore> classes, double typicality, bool isUnknown) =>
        (Classes, Typicality, IsUnknown) = (classes, typicality, isUnknown);

    /// <summary>The most likely class.</summary>
    /// <value><see langword="null"/> if the image is unknown.</value>
    public string? ClassName => IsUnknown ? null : Classes[0].ClassName;

    /// <summary>Every class with its probability, most likely first, also for an unknown image; empty without classes.</summary>
    public IReadOnlyList<PrototypeScore> Classes { get; }

    /// <summary>Whether the image looks like no class. Always so without classes.</summary>
    public bool IsUnknown { get; }

    /// <summary>The share of images of known classes that are at least as far from every class as this one, more than 0, at most 1.</summary>
    /// <remarks>It is a conformal p-value: it is never less than 1 / (n + 1), where n is the number of images that it compares with.</remarks>
    public double Typicality { get; }
}

/// <summary>A class of a <see cref="PrototypeClassifier"/>, and how likely it is.</summary>
/// <param name="ClassName">The class.</param>
/// <param name="Probability">In [0, 1].</param>
public readonly record struct PrototypeScore(string ClassName, float Probability);
