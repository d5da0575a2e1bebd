namespace Scott.Models;

/// <summary>Writes the initial values of one tensor.</summary>
internal delegate void WeightFill(DeterministicRandom random, Span<float> destination);

/// <summary>The distributions that the reference initializes from.</summary>
internal static class WeightFills
{
    public static WeightFill Constant(float value) => (_, destination) => destination.Fill(value);

    public static WeightFill Values(float[] values) => (_, destination) => values.CopyTo(destination);

    /// <summary>Normal of standard deviation √(2 / fan-in): Kaiming's, for a layer before a ReLU (He et al., 2015).</summary>
    public static WeightFill KaimingNormal(int fanIn) => TruncatedNormal(Math.Sqrt(2.0 / fanIn), double.PositiveInfinity);

    /// <summary>Uniform within ±1/√fan-in: what PyTorch gives a linear or convolution layer, and its bias, unless told otherwise.</summary>
    public static WeightFill Uniform(int fanIn) => (random, destination) =>
    {
        double bound = 1 / Math.Sqrt(fanIn);
        foreach (ref float value in destination)
        {
            value = (float)random.NextDouble(-bound, bound);
        }
    };

    /// <summary>Normal of mean 0, values beyond ±<paramref name="cut"/> drawn again, then divided by <paramref name="divisor"/>.</summary>
    public static WeightFill TruncatedNormal(double standardDeviation, double cut = 2, double divisor = 1) => (random, destination) =>
    {
        foreach (ref float value in destination)
        {
            double drawn;
            do
            {
                drawn = standardDeviation * random.NextNormal();
            }
            while (Math.Abs(drawn) > cut);

            value = (float)(drawn / divisor);
        }
    };
}
