using Scott.Models.Imaging;

namespace Scott.Models.Training;

/// <summary>How attentive probes are trained on frozen features. Immutable; equal by value. The defaults are the reference's.</summary>
/// <remarks>
/// Reference: <c>configs</c> and <c>src/eval.py</c> at commit 8b6c6f9. Differs from the reference unless <see cref="Augmentation"/> is set: images
/// are prepared as in evaluation, so that the encoder runs once per image and not in every epoch.
/// </remarks>
public sealed record ProbeOptions
{
    private const int MaximumEpochs = 100_000;
    private const int MaximumBatchSize = 1 << 16;
    private const int MaximumRepeats = 1_000;

    /// <summary>How often each image's features are seen.</summary>
    /// <value>1 to 100 000; default: 100.</value>
    public int Epochs { get; init; } = 100;

    /// <summary>Images in one batch.</summary>
    /// <value>1 to 65 536; default: 64.</value>
    public int BatchSize { get; init; } = 64;

    /// <summary>The share of all steps in which the learning rate rises.</summary>
    /// <value>0 to 1; default: 0.2.</value>
    public double WarmupRatio { get; init; } = 0.2;

    /// <summary>The highest learning rate. It begins at 1e-6 and ends at 1e-5.</summary>
    /// <value>More than 0; default: 5e-4.</value>
    public double PeakLearningRate { get; init; } = 5e-4;

    /// <summary>The random changes of the images that the probes learn from: each epoch then encodes another view of each image.</summary>
    /// <remarks>Decoded images are kept from epoch to epoch, as far as the default of <see cref="TrainingRunOptions.CacheBytes"/> allows.</remarks>
    /// <value>Default: <see langword="null"/>, no changes. The reference uses <c>new AugmentationSpec()</c>.</value>
    public AugmentationSpec? Augmentation { get; init; }

    /// <summary>Decides first weights, the order of images, dropout, and which images are drawn for validation and few-shot measurements.</summary>
    /// <remarks>The dropout of all probes of an evaluation comes from one sequence. So the figure of a probe depends a little on which other probes
    /// are trained beside it: compare evaluations with the same
    /// <see cref="EvaluationOptions.AttentiveProbes"/> and <see cref="Repeats"/>.</remarks>
    /// <value>Default: 47.</value>
    public long Seed { get; init; } = 47;

    /// <summary>How many probes of each kind learn from the same batches, with first weights from seeds that follow each other and their own
    /// dropout: much cheaper than as many evaluations. The order of the images and the views are the same for all.</summary>
    /// <value>1 to 1 000; default: 1.</value>
    public int Repeats { get; init; } = 1;

    /// <summary>Checks every setting.</summary>
    /// <exception cref="ScottConfigurationException">At least one setting is not legal; the error lists all that are not.</exception>
    public void Validate()
    {
        var faults = new FaultList(nameof(ProbeOptions));
        AddFaults(faults);
        faults.ThrowIfAny();
    }

    internal void AddFaults(FaultList faults)
    {
        faults.RequireRange(nameof(Epochs), Epochs, 1, MaximumEpochs);
        faults.RequireRange(nameof(BatchSize), BatchSize, 1, MaximumBatchSize);
        faults.RequireRange(nameof(Repeats), Repeats, 1, MaximumRepeats);
        faults.RequireShare(nameof(WarmupRatio), WarmupRatio);
        faults.RequirePositive(nameof(PeakLearningRate), PeakLearningRate);
    }
}
