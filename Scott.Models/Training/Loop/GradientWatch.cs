namespace Scott.Models.Training;

/// <summary>Tells gradients that explode.</summary>
internal static class GradientWatch
{
    private const double ExplodingGrowth = 100;

    /// <param name="length">The epoch's.</param>
    /// <param name="first">The first epoch's.</param>
    /// <returns>In words, or <see langword="null"/> if nothing is wrong.</returns>
    public static string? Warning(double length, double first) => length > ExplodingGrowth * first && first > 0
        ? FormattableString.Invariant($"The gradients are {length / first:F0} times as long as in the first epoch. Lower the learning rate, or set MaximumGradientNorm.")
        : null;
}
