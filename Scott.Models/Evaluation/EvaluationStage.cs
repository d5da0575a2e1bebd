namespace Scott.Models.Evaluation;

/// <summary>The stages of an evaluation, in order.</summary>
public enum EvaluationStage
{
    /// <summary>The encoder runs over the training pictures.</summary>
    EncodingTraining,

    /// <summary>The encoder runs over the validation pictures.</summary>
    EncodingValidation,

    /// <summary>The attentive probe is trained.</summary>
    TrainingProbe,
}
