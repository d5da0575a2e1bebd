namespace Scott.Models.Training;

/// <summary>Features of the three sets of an evaluation, computed once for all probes.</summary>
/// <param name="Training">What probes learn from.</param>
/// <param name="Validation">What choices are made by.</param>
/// <param name="Test">What is reported.</param>
internal sealed record EvaluationFeatures(LabelledFeatures Training, LabelledFeatures Validation, LabelledFeatures Test)
{
    public EvaluationFeatures Select(Func<LabelledFeatures, LabelledFeatures> change) => new(change(Training), change(Validation), change(Test));
}
