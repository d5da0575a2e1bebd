namespace Scott.Models.Metrics;

/// <summary>How a classifier does on one class.</summary>
/// <param name="Name">The class.</param>
/// <param name="Images">Images that are of it.</param>
/// <param name="Correct">Those of them that were put into it.</param>
/// <param name="Predicted">All images that were put into it, of whatever class.</param>
public readonly record struct ClassMetrics(string Name, int Images, int Correct, int Predicted)
{
    /// <summary>The share of the class's images that were found, in [0, 1]; <see langword="null"/> if it has none.</summary>
    public double? Recall => Images > 0 ? (double)Correct / Images : null;

    /// <summary>The share of what was put into the class that is of it, in [0, 1]; <see langword="null"/> if nothing was.</summary>
    public double? Precision => Predicted > 0 ? (double)Correct / Predicted : null;
}
