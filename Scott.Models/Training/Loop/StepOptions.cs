namespace Scott.Models.Training;

/// <summary>How batches make an optimizer step.</summary>
/// <param name="AccumulatedBatches">Batches whose gradients are gathered for one step, at least 1.</param>
/// <param name="MaximumGradientNorm">The largest norm of all gradients together; <see langword="null"/> for any.</param>
/// <param name="Seed">Decides torch's own draws, step by step.</param>
internal sealed record StepOptions(int AccumulatedBatches, double? MaximumGradientNorm, long Seed);
