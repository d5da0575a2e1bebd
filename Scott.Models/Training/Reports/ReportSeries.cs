namespace Scott.Models.Training;

/// <summary>A line of a chart. A point with a value that is not finite is a gap in it.</summary>
internal sealed record ReportSeries
{
    /// <param name="name">As the legend calls it.</param>
    /// <param name="x">Each point's place to the right, rising.</param>
    /// <param name="y">As many values.</param>
    public ReportSeries(string name, IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        if (x.Count != y.Count)
        {
            throw new ArgumentException($"'{name}' has {Plural.Of(x.Count, "place")} and {Plural.Of(y.Count, "value")}; expected one value for each place.", nameof(y));
        }

        (Name, X, Y) = (name, x, y);
    }

    public string Name { get; }

    public IReadOnlyList<double> X { get; }

    public IReadOnlyList<double> Y { get; }
}
