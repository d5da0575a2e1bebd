namespace Scott.Models.Training;

/// <summary>How far an evaluation has come.</summary>
/// <param name="Stage">The current stage.</param>
/// <param name="Completed">By stage: images encoded, few-shot draws measured, or epochs of the attentive probes.</param>
/// <param name="Total">How many there are.</param>
public readonly record struct EvaluationProgress(EvaluationStage Stage, int Completed, int Total);

/// <summary>The stages of an evaluation, in order.</summary>
public enum EvaluationStage
{
    /// <summary>The encoder runs over the training images.</summary>
    EncodingTraining,
    /// <summary>The encoder runs over the validation images.</summary>
    EncodingValidation,
    /// <summary>The encoder runs over the test images.</summary>
    EncodingTest,
    /// <summary>Nearest neighbors and linear probes learn from a few images of each class. Skipped by default.</summary>
    FewShot,
    /// <summary>The attentive probes are trained, all at once.</summary>
    TrainingProbes,
}
