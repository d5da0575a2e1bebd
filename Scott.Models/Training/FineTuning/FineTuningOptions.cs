using Scott.Models.Torch;
using static System.FormattableString;

namespace Scott.Models.Training;

/// <summary>The recipe of a fine-tuning run: what decides the resulting weights. Immutable; equal by value.</summary>
public sealed record FineTuningOptions : TrainingOptions
{
    /// <summary>The default of <see cref="AdapterRank"/>.</summary>
    public const int DefaultAdapterRank = 8;

    /// <summary>The default of <see cref="LayerDecay"/>.</summary>
    public const double DefaultLayerDecay = 0.75;

    /// <summary>The default of <see cref="PeakLearningRate"/> if weights of the backbone change.</summary>
    public const double DefaultPeakLearningRate = 5e-4;

    /// <summary>The default of <see cref="PeakLearningRate"/> if only the head changes: a fresh head has nothing to forget.</summary>
    public const double DefaultHeadLearningRate = 5e-3;

    private const int MaximumRank = 4096;

    /// <summary>Creates the default recipe.</summary>
    public FineTuningOptions()
    {
        Epochs = 30;
        BatchSize = 32;
        WarmupRatio = 0.1;
        FinalLearningRate = 1e-6;
    }

    /// <summary>The default recipe for images with several labels: watches <see cref="ValidationFigure.MeanAveragePrecision"/>, without label
    /// smoothing, which would raise the probabilities of rare labels.</summary>
    public static FineTuningOptions MultiLabel { get; } = new() { Watched = ValidationFigure.MeanAveragePrecision, LabelSmoothing = 0 };

    /// <summary>Which weights change.</summary>
    /// <value>Default: <see cref="FineTuningScope.Full"/>.</value>
    public FineTuningScope Scope { get; init; } = FineTuningScope.Full;

    /// <summary>What turns tokens into classes.</summary>
    /// <value>Default: <see cref="ClassifierHead.SimpleAttentive"/>.</value>
    public ClassifierHead Head { get; init; } = ClassifierHead.SimpleAttentive;

    /// <summary>The number of blocks that change with <see cref="FineTuningScope.LastBlocks"/>.</summary>
    /// <value>1 to 256, or all if the backbone has fewer; default: 2.</value>
    public int LastBlocks { get; init; } = 2;

    /// <summary>The rank of the matrices of <see cref="FineTuningScope.LowRankAdapters"/>.</summary>
    /// <value>1 to 4096; default: 8.</value>
    public int AdapterRank { get; init; } = DefaultAdapterRank;

    /// <summary>LoRA's alpha: the product of an adapter's matrices is multiplied by alpha / <see cref="AdapterRank"/>.</summary>
    /// <value>More than 0; default: 16.</value>
    public double AdapterAlpha { get; init; } = 16;

    /// <summary>The figure that decides which epoch is the best.</summary>
    /// <value>Default: <see cref="ValidationFigure.Top1"/>; <see cref="MultiLabel"/> has <see cref="ValidationFigure.MeanAveragePrecision"/>.</value>
    public ValidationFigure Watched { get; init; } = ValidationFigure.Top1;

    /// <summary>The share of each class that is set aside for validation, if no validation images are given.</summary>
    /// <value>Over 0 and under 1; default: 0.15.</value>
    public double ValidationRatio { get; init; } = 0.15;

    /// <summary>The highest learning rate, which the head and the last block use.</summary>
    /// <value>
    /// More than 0; default: <see langword="null"/>, which is <see cref="DefaultHeadLearningRate"/> for a head on a frozen backbone, otherwise
    /// <see cref="DefaultPeakLearningRate"/>.
    /// </value>
    public double? PeakLearningRate { get; init; }

    /// <summary>
    /// The factor of the learning rate from each layer to the layer before it, with <see cref="FineTuningScope.Full"/> and
    /// <see cref="FineTuningScope.LastBlocks"/>.
    /// </summary>
    /// <value>Over 0 and at most 1; default: 0.75. Use 1 to train from scratch.</value>
    public double LayerDecay { get; init; } = DefaultLayerDecay;

    /// <summary>The weight decay.</summary>
    /// <value>At least 0; default: 0.05.</value>
    public double WeightDecay { get; init; } = 0.05;

    /// <summary>The share of each label that is spread evenly over all classes. With several labels, the share of each wanted 0 or 1 that is
    /// replaced by ½.</summary>
    /// <value>At least 0 and under 1; default: 0.1; <see cref="MultiLabel"/> has 0.</value>
    public double LabelSmoothing { get; init; } = 0.1;

    /// <summary>How strongly images of a batch, and their labels, are blended (mixup): α of the Beta distribution of the share.</summary>
    /// <value>0 (not at all) to 1; default: 0.</value>
    /// <remarks>Zhang et al., "mixup: Beyond empirical risk minimization", 2017.</remarks>
    public double MixupAlpha { get; init; }

    /// <summary>
    /// How large a rectangle of an image comes from another image, with its share of the label (CutMix): α of the Beta distribution of the share. If
    /// mixup is on too, each batch draws one of the two.
    /// </summary>
    /// <value>0 (not at all) to 1; default: 0.</value>
    /// <remarks>Yun et al., "CutMix", 2019.</remarks>
    public double CutmixAlpha { get; init; }

    /// <summary>How much an image of each class counts in the loss.</summary>
    /// <value>Default: <see cref="ClassBalance.None"/>.</value>
    public ClassBalance ClassBalance { get; init; } = ClassBalance.None;

    /// <summary>Refuses to watch a figure that the kind of classifier does not have.</summary>
    /// <exception cref="ScottConfigurationException">It does not have it.</exception>
    internal void RequireWatched(bool isMultiLabel)
    {
        var faults = new FaultList(nameof(FineTuningOptions));
        bool hasFigure = Watched == ValidationFigure.Loss || isMultiLabel == (Watched == ValidationFigure.MeanAveragePrecision);
        faults.Require(hasFigure, $"Watched is {Watched}; expected " + (isMultiLabel
            ? "MeanAveragePrecision or Loss. Start from FineTuningOptions.MultiLabel."
            : "Top1, MeanPerClassTop1 or Loss. FineTuneMultiLabel has MeanAveragePrecision."));
        faults.ThrowIfAny();
    }

    internal override TrainingSchedules ScheduleOver(long steps)
    {
        double peak = PeakLearningRate ?? (Scope == FineTuningScope.FrozenBackbone ? DefaultHeadLearningRate : DefaultPeakLearningRate);
        return new TrainingSchedules(
            LearningRateSchedule.WithWarmupRatio(steps, WarmupRatio, FinalLearningRate, peak, FinalLearningRate, flatRatio: 0),
            new RampSchedule(steps, WeightDecay, WeightDecay));
    }

    internal override string ToJson() => JsonSerializer.Serialize(this, TrainingJsonContext.Default.FineTuningOptions);

    private protected override void AddFaults(FaultList faults)
    {
        faults.Require(Enum.IsDefined(Scope), $"Scope is {Scope}; expected FrozenBackbone, LastBlocks, LowRankAdapters or Full.");
        faults.Require(Enum.IsDefined(Head), $"Head is {Head}; expected Linear, SimpleAttentive, MultiHeadAttentive or CrossAttentive.");
        faults.Require(Enum.IsDefined(Watched), $"Watched is {Watched}; expected Top1, MeanPerClassTop1, Loss or MeanAveragePrecision.");
        faults.Require(Enum.IsDefined(ClassBalance), $"ClassBalance is {ClassBalance}; expected None or Balanced.");
        faults.RequireRange(nameof(LastBlocks), LastBlocks, 1, ScottArchitecture.MaximumDepth);
        faults.RequireRange(nameof(AdapterRank), AdapterRank, 1, MaximumRank);
        faults.RequireShare(nameof(MixupAlpha), MixupAlpha);
        faults.RequireShare(nameof(CutmixAlpha), CutmixAlpha);
        faults.RequireShareBelowOne(nameof(LabelSmoothing), LabelSmoothing);
        faults.RequireNotNegative(nameof(WeightDecay), WeightDecay);
        faults.Require(ValidationRatio is > 0 and < 1, Invariant($"ValidationRatio is {ValidationRatio}; expected over 0 and under 1."));
        faults.Require(LayerDecay is > 0 and <= 1, Invariant($"LayerDecay is {LayerDecay}; expected over 0 and at most 1."));
        faults.RequirePositive(nameof(AdapterAlpha), AdapterAlpha);
        faults.RequirePositive(nameof(PeakLearningRate), PeakLearningRate ?? DefaultPeakLearningRate);
    }
}

/// <summary>Which weights a fine-tuning run changes, besides those of the classifier's head.</summary>
public enum FineTuningScope
{
    /// <summary>None: the head learns on frozen features. Fastest, and hard to overfit.</summary>
    FrozenBackbone,
    /// <summary>The weights of the last <see cref="FineTuningOptions.LastBlocks"/> transformer blocks.</summary>
    LastBlocks,
    /// <summary>Small matrices added to the attention's projections (LoRA), merged into the weights at the end.</summary>
    /// <remarks>Hu et al., "LoRA: Low-rank adaptation of large language models", 2021.</remarks>
    LowRankAdapters,
    /// <summary>All weights, with a learning rate that falls layer by layer towards the images: <see cref="FineTuningOptions.LayerDecay"/>.</summary>
    Full,
}

/// <summary>The figure on the validation images that decides which epoch is the best, and when a run stops early.</summary>
public enum ValidationFigure
{
    /// <summary>The share of images that are classified correctly.</summary>
    Top1,
    /// <summary>The mean of the accuracies of all classes: every class counts the same, however many images it has.</summary>
    MeanPerClassTop1,
    /// <summary>The cross-entropy; less is better.</summary>
    Loss,
    /// <summary>The mean over labels of the average precision, of a multi-label classifier: <see cref="MultiLabelFigures"/>.</summary>
    MeanAveragePrecision,
}

/// <summary>How much an image of each class counts in the loss.</summary>
public enum ClassBalance
{
    /// <summary>Every image counts the same.</summary>
    None,
    /// <summary>Every class counts the same: an image counts in inverse proportion to the number of training images of its class. With several
    /// labels, an image that has a label counts for it as many times as there are images without it for each with it: at least 1, at most
    /// 100.</summary>
    Balanced,
}
