namespace Scott.Models.Training;

/// <summary>How far an evaluation has come.</summary>
/// <param name="Stage">What it is at.</param>
/// <param name="Completed">Images encoded, draws of a few images measured, or epochs of the attentive probes.</param>
/// <param name="Total">How many there are.</param>
public readonly record struct EvaluationProgress(EvaluationStage Stage, int Completed, int Total);
