namespace Scott.Models.Metrics;

/// <summary>The mean and the spread of repeated measurements.</summary>
/// <param name="Mean">Their mean.</param>
/// <param name="StandardDeviation">The sample standard deviation (n − 1 in the denominator); 0 for only one measurement.</param>
public readonly record struct MeanAndDeviation(double Mean, double StandardDeviation)
{
    internal static MeanAndDeviation Of(IReadOnlyCollection<double> values)
    {
        double mean = values.Average();
        double squares = values.Sum(value => (value - mean) * (value - mean));
        return new MeanAndDeviation(mean, values.Count > 1 ? Math.Sqrt(squares / (values.Count - 1)) : 0);
    }
}
