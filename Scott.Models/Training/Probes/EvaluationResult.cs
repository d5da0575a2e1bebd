using Scott.Models.Metrics;

namespace Scott.Models.Training;

/// <summary>What a model's frozen features are worth on labeled images. Immutable.</summary>
/// <remarks>All probes learn from the same images. Validation images decide settings and the best attentive probe, test images nothing.</remarks>
public sealed class EvaluationResult
{
    internal EvaluationResult() { }

    /// <summary>The images that were learned from.</summary>
    public required int TrainingImages { get; init; }

    /// <summary>The most similar training images vote, on pooled features.</summary>
    public required ProbeResult Neighbors { get; init; }

    /// <summary>Ridge regression on pooled features.</summary>
    public required ProbeResult Linear { get; init; }

    /// <summary>The ridge regression's penalty on squared weights per training image, chosen on the validation images.</summary>
    public required double LinearPenalty { get; init; }

    /// <summary>The attentive probes on patch tokens that were asked for, in that order.</summary>
    public required IReadOnlyList<ProbeResult> Attentive { get; init; }

    /// <summary>The one of <see cref="Attentive"/> with the best top-1 on the validation images; of equals the first.</summary>
    public required ProbeResult Selected { get; init; }

    /// <summary>With a few training images of each class, in the order asked for; empty if that was not asked for.</summary>
    public required IReadOnlyList<FewShotResult> FewShot { get; init; }

    /// <summary>Of the pooled features of the test images.</summary>
    public required FeatureHealth Health { get; init; }

    /// <summary>All probes: nearest neighbors, linear, and the attentive ones.</summary>
    public IReadOnlyList<ProbeResult> Probes => [Neighbors, Linear, .. Attentive];

    /// <summary>All figures as JSON.</summary>
    public string ToJson() => EvaluationJson.Write(this);

    /// <summary>Writes <c>evaluation.json</c> with all figures, and test metrics in a folder each. Files of these names are replaced.</summary>
    /// <remarks>Folders: neighbors, linear, attentive (the selected one), each by <see cref="ClassificationMetrics.SaveAsync"/>.</remarks>
    /// <param name="folder">Made if it is not there.</param>
    /// <param name="cancellationToken">Cancels between and within files; each is whole or not there.</param>
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
/// <param name="Head">On patch tokens; if linear, ridge regression on pooled features; <see langword="null"/> for nearest neighbors.</param>
/// <param name="Validation">On the validation images, by which settings and the best attentive probe are chosen.</param>
/// <param name="Test">On the test images, by which nothing is chosen.</param>
public sealed record ProbeResult(ClassifierHead? Head, ClassificationMetrics Validation, ClassificationMetrics Test)
{
    /// <summary>Top-1 on the training images, in [0, 1]: if it is far above the test images', the probe has learned them by heart.</summary>
    /// <value><see langword="null"/> for nearest neighbors, where each training image would be its own.</value>
    public double? TrainingTop1 { get; init; }

    internal string Name => Head?.ToString() ?? nameof(NearestNeighbors);
}

/// <summary>How well frozen features do with a few training images of each class.</summary>
/// <param name="PerClass">The training images of each class.</param>
/// <param name="Repeats">How often they were drawn.</param>
/// <param name="Neighbors">Top-1 of nearest neighbors on all test images.</param>
/// <param name="Linear">Top-1 of the linear probe on all test images. With so few images its penalty is not chosen, but the usual one.</param>
public sealed record FewShotResult(int PerClass, int Repeats, MeanAndDeviation Neighbors, MeanAndDeviation Linear);
