using Scott.Models.Metrics;

namespace ImageSearch.Classes;

/// <summary>The class that an image is taken for.</summary>
/// <param name="Name">The class; <see langword="null"/> if the image is unknown.</param>
/// <param name="Probability">The probability of the class, or of the nearest class for an unknown image.</param>
/// <param name="Candidates">The most likely classes, best first.</param>
internal sealed record ClassLabel(string? Name, double Probability, IReadOnlyList<PrototypeScore> Candidates);
