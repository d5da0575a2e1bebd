namespace Scott.Models.Metrics;

/// <summary>The mean and the spread of repeated measurements.</summary>
/// <param name="Mean">Their mean.</param>
/// <param name="StandardDeviation">The sample standard deviation (n − 1 in the denominator); 0 for only one measurement.</param>
public readonly record struct MeanAndDeviation(double Mean, double StandardDeviation)
{
    /// <summary>Computes them.</summary>
    /// <param name="values">The measurements, at least one.</param>
    /// <exception cref="InvalidOperationException">There is no measurement.</exception>
    public static MeanAndDeviation Of(IReadOnlyCollection<double> values)
    {
        double mean = values.Average();
        double squares = values.Sum(value => (value - mean) * (value - mean));
        return new MeanAndDeviation(mean, values.Count > 1 ? Math.Sqrt(squares / (values.Count - 1)) : 0);
    }
}
