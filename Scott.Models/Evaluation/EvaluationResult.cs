namespace Scott.Models.Evaluation;

/// <summary>What a model's frozen features are worth on labelled pictures.</summary>
/// <param name="Frozen">By the pooled features: nearest neighbours and a linear probe.</param>
/// <param name="Attentive">By a simple attentive probe on all patch tokens.</param>
/// <param name="Health">Of the pooled features of the validation pictures.</param>
public sealed record EvaluationResult(FrozenAccuracy Frozen, ProbeAccuracy Attentive, FeatureHealth Health);
