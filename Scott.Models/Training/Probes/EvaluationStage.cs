namespace Scott.Models.Training;

/// <summary>The stages of an evaluation, in order.</summary>
public enum EvaluationStage
{
    /// <summary>The encoder runs over the training pictures.</summary>
    EncodingTraining,

    /// <summary>The encoder runs over the validation pictures.</summary>
    EncodingValidation,

    /// <summary>The encoder runs over the test pictures.</summary>
    EncodingTest,

    /// <summary>Nearest neighbours and linear probes learn from a few pictures of each class. Only if that is asked for.</summary>
    FewShot,

    /// <summary>The attentive probes are trained, all at once.</summary>
    TrainingProbes,
}
