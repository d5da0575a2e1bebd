namespace Scott.Models.Training;

/// <summary>Features of the three sets of an evaluation, computed once for all probes.</summary>
/// <param name="Training">What probes learn from.</param>
/// <param name="Validation">What choices are made by.</param>
/// <param name="Test">What is reported.</param>
internal sealed record EvaluationFeatures(LabeledFeatures Training, LabeledFeatures Validation, LabeledFeatures Test)
{
    public EvaluationFeatures Select(Func<LabeledFeatures, LabeledFeatures> change) => new(change(Training), change(Validation), change(Test));
}
