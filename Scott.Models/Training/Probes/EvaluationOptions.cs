using Scott.Models.Metrics;

namespace Scott.Models.Training;

/// <summary>How frozen features are measured. Immutable.</summary>
public sealed record EvaluationOptions
{
    /// <summary>The default of <see cref="FewShotRepeats"/>.</summary>
    public const int DefaultFewShotRepeats = 5;

    /// <summary>The simplest first.</summary>
    private static readonly IReadOnlyList<ClassifierHead> AttentiveHeads =
        [ClassifierHead.SimpleAttentive, ClassifierHead.MultiHeadAttentive, ClassifierHead.CrossAttentive];

    private const int MaximumNeighbors = 100_000;
    private const int MaximumPerClass = 1_000_000;
    private const int MaximumRepeats = 1_000;

    /// <summary>k: how many of the most similar training images (by cosine) vote on an image's class. If there are fewer, all vote.</summary>
    /// <value>1 to 100 000; default: 10.</value>
    public int Neighbors { get; init; } = FrozenAccuracy.Neighbors;

    /// <summary>Each neighbor's vote weighs e^(cosine / temperature).</summary>
    /// <value>More than 0; at infinity all weigh the same; default: 0.07.</value>
    public double NeighborTemperature { get; init; } = NearestNeighbors.Temperature;

    /// <summary>The share of each class's training images that is set aside for validation, if no validation images are given.</summary>
    /// <value>Over 0 and under 1; default: 0.1.</value>
    public double ValidationRatio { get; init; } = 0.1;

    /// <summary>Whether each probe learns again, from training and validation images together, once the validation images have decided everything.
    /// The test figures are then those of the second probe, the validation figures those of the first. Attentive probes take twice the time.
    /// </summary>
    /// <remarks>Needs memory for the features of both sets twice.</remarks>
    /// <value>Default: <see langword="false"/>: validation images only decide.</value>
    public bool RefitsWithValidation { get; init; }

    /// <summary>Whether an image that cannot be read is an error. Otherwise it is left out, and a warning is logged.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool FailOnUnreadable { get; init; }

    /// <summary>For each entry, nearest neighbors and the linear probe are measured with that many training images of each class.</summary>
    /// <value>1 to 1 000 000 each; default: none.</value>
    public IReadOnlyList<int> FewShotPerClass { get; init; } = [];

    /// <summary>How often the few images are drawn.</summary>
    /// <value>1 to 1 000; default: 5.</value>
    public int FewShotRepeats { get; init; } = DefaultFewShotRepeats;

    /// <summary>Which attentive probes are trained, on the same batches. The best of them on the validation images is selected.</summary>
    /// <value>At least one of the three attentive heads, none twice; default: all three.</value>
    public IReadOnlyList<ClassifierHead> AttentiveProbes { get; init; } = AttentiveHeads;

    /// <summary>The vector that nearest neighbors and the linear probe compare. Attentive probes always take the patch tokens.</summary>
    /// <value>Default: <see langword="null"/>, <see cref="ScottArchitecture.DefaultPooling"/>.</value>
    public EmbeddingPooling? Pooling { get; init; }

    /// <summary>How the attentive probes are trained, and the seed of every draw.</summary>
    public ProbeOptions Probe { get; init; } = new();

    /// <summary>Checks every setting.</summary>
    /// <exception cref="ScottConfigurationException">At least one setting is not legal; the error lists all that are not.</exception>
    public void Validate()
    {
        var faults = new FaultList(nameof(EvaluationOptions));
        faults.RequireRange(nameof(Neighbors), Neighbors, 1, MaximumNeighbors);
        faults.Require(NeighborTemperature > 0, FormattableString.Invariant($"NeighborTemperature is {NeighborTemperature}; expected more than 0."));
        faults.Require(
            ValidationRatio is > 0 and < 1, FormattableString.Invariant($"ValidationRatio is {ValidationRatio}; expected over 0 and under 1."));
        foreach (int perClass in FewShotPerClass)
            faults.RequireRange(nameof(FewShotPerClass), perClass, 1, MaximumPerClass);

        faults.RequireRange(nameof(FewShotRepeats), FewShotRepeats, 1, MaximumRepeats);
        faults.Require(
            AttentiveProbes.Count > 0 && AttentiveProbes.All(AttentiveHeads.Contains) && AttentiveProbes.Distinct().Count() == AttentiveProbes.Count,
            $"AttentiveProbes is [{string.Join(", ", AttentiveProbes)}]; expected one or more of {string.Join(", ", AttentiveHeads)}, none twice.");
        Probe.AddFaults(faults);
        faults.ThrowIfAny();
        Probe.Augmentation?.Validate();
    }
}
