namespace Scott.Models.Training;

/// <summary>What an optimizer step was like.</summary>
/// <param name="Loss">The mean over its batches.</param>
/// <param name="Figures">What else the step measures, in an order of its own; lengths of gradients before they were shortened, for example.</param>
internal readonly record struct StepResult(double Loss, IReadOnlyList<double> Figures);
