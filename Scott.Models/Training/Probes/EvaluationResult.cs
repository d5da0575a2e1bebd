using Scott.Models.Metrics;

namespace Scott.Models.Training;

/// <summary>What a model's frozen features are worth on labeled images. Immutable.</summary>
/// <remarks>All probes learn from the same images. Validation images, not test images, decide settings and the best attentive probe.</remarks>
public sealed class EvaluationResult
{
    internal EvaluationResult() { }

    /// <summary>The number of images that the probes learned from.</summary>
    public required int TrainingImages { get; init; }

    /// <summary>Nearest neighbors: the training images with the most similar pooled features vote.</summary>
    public required ProbeResult Neighbors { get; init; }

    /// <summary>The linear probe: ridge regression on pooled features.</summary>
    public required ProbeResult Linear { get; init; }

    /// <summary>The ridge regression's penalty on squared weights per training image, chosen on the validation images.</summary>
    public required double LinearPenalty { get; init; }

    /// <summary>The attentive probes on patch tokens, in the order of <see cref="EvaluationOptions.AttentiveProbes"/>.</summary>
    public IReadOnlyList<ProbeResult> Attentive => AttentiveRepeats[0];

    /// <summary>The same for each of <see cref="ProbeOptions.Repeats"/>; the first is <see cref="Attentive"/>, and alone in
    /// <see cref="ToJson"/> and <see cref="ToString"/>.</summary>
    public required IReadOnlyList<IReadOnlyList<ProbeResult>> AttentiveRepeats { get; init; }

    /// <summary>The probe of <see cref="Attentive"/> with the best top-1 on the validation images; the first if several are equal.</summary>
    public required ProbeResult Selected { get; init; }

    /// <summary>The results with a few training images of each class, one for each of <see cref="EvaluationOptions.FewShotPerClass"/>.</summary>
    public required IReadOnlyList<FewShotResult> FewShot { get; init; }

    /// <summary>The health of the pooled features of the test images.</summary>
    public required FeatureHealth Health { get; init; }

    /// <summary>All probes: nearest neighbors, linear, and the attentive ones.</summary>
    public IReadOnlyList<ProbeResult> Probes => [Neighbors, Linear, .. Attentive];

    /// <summary>All figures as JSON.</summary>
    public string ToJson() => EvaluationJson.Write(this);

    /// <summary>Writes all figures into <c>evaluation.json</c>, and test metrics into a folder for each probe. Existing files are replaced.</summary>
    /// <remarks>Folders: neighbors, linear, attentive (the selected probe); see <see cref="ClassificationMetrics.SaveAsync"/>.</remarks>
    /// <param name="folder">The folder; it is created if it does not exist.</param>
    /// <param name="cancellationToken">Cancels between and within files; no file is left incomplete.</param>
    public async Task SaveAsync(string folder, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Directory.CreateDirectory(folder);
        await AtomicFile.WriteBytesAsync(
            Path.Combine(folder, "evaluation.json"), Encoding.UTF8.GetBytes(ToJson()), cancellationToken).ConfigureAwait(false);
        foreach ((string name, ProbeResult probe) in new[] { ("neighbors", Neighbors), ("linear", Linear), ("attentive", Selected) })
            await probe.Test.SaveAsync(Path.Combine(folder, name), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A table of the probes' figures, in several lines.</summary>
    public override string ToString() => EvaluationText.Summary(this);
}

/// <summary>How well one probe does. Immutable; equal by value.</summary>
/// <param name="Head">The head on patch tokens; linear is ridge regression on pooled features; <see langword="null"/> is nearest neighbors.</param>
/// <param name="Validation">The metrics on the validation images, which decide settings and the best attentive probe.</param>
/// <param name="Test">
/// The metrics on the test images, which decide nothing. The tested probe may be another; see <see cref="EvaluationOptions.RefitsWithValidation"/>.
/// </param>
public sealed record ProbeResult(ClassifierHead? Head, ClassificationMetrics Validation, ClassificationMetrics Test)
{
    /// <summary>Top-1 on the training images, in [0, 1]: if it is far above the top-1 on the test images, the probe overfits.</summary>
    /// <value><see langword="null"/> for nearest neighbors, where each training image would be its own neighbor.</value>
    public double? TrainingTop1 { get; init; }

    internal string Name => Head?.ToString() ?? nameof(NearestNeighbors);
}

/// <summary>How well frozen features do with a few training images of each class.</summary>
/// <param name="PerClass">The number of training images of each class.</param>
/// <param name="Repeats">How often they were drawn.</param>
/// <param name="Neighbors">Top-1 of nearest neighbors on all test images.</param>
/// <param name="Linear">Top-1 of the linear probe on all test images, with a penalty of 0.01: so few images cannot choose one.</param>
public sealed record FewShotResult(int PerClass, int Repeats, MeanAndDeviation Neighbors, MeanAndDeviation Linear);
