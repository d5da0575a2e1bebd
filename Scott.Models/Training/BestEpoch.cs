namespace Scott.Models.Training;

/// <summary>The best epoch so far.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Figure">The watched figure at its end.</param>
public readonly record struct BestEpoch(int Epoch, double Figure);
