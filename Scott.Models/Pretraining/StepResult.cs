namespace Scott.Models.Pretraining;

/// <summary>What an optimizer step was like.</summary>
/// <param name="Loss">The mean over its batches.</param>
/// <param name="Gradients">Before they were shortened.</param>
internal readonly record struct StepResult(double Loss, GradientNorms Gradients);
