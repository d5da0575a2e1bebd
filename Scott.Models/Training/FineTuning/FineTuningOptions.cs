using System.Text.Json;
using Scott.Models.Torch;

namespace Scott.Models.Training;

/// <summary>The recipe of a fine-tuning run: what decides the resulting weights. Immutable; equal by value.</summary>
public sealed record FineTuningOptions
{
    /// <summary>The default of <see cref="AdapterRank"/>.</summary>
    public const int DefaultAdapterRank = 8;

    /// <summary>The default of <see cref="LayerDecay"/>.</summary>
    public const double DefaultLayerDecay = 0.75;

    /// <summary>The default of <see cref="PeakLearningRate"/> where weights of the backbone change.</summary>
    public const double DefaultPeakLearningRate = 5e-4;

    /// <summary>The default of <see cref="PeakLearningRate"/> for a head alone, which begins at nothing and forgets nothing.</summary>
    public const double DefaultHeadLearningRate = 5e-3;

    private const int MaximumEpochs = 1_000_000;
    private const int MaximumBatchSize = 1 << 16;
    private const int MaximumRank = 4096;

    /// <summary>Which weights change.</summary>
    /// <value>Default: <see cref="FineTuningScope.Full"/>.</value>
    public FineTuningScope Scope { get; init; } = FineTuningScope.Full;

    /// <summary>What turns tokens into classes.</summary>
    /// <value>Default: <see cref="ClassifierHead.SimpleAttentive"/>.</value>
    public ClassifierHead Head { get; init; } = ClassifierHead.SimpleAttentive;

    /// <summary>The blocks that change with <see cref="FineTuningScope.LastBlocks"/>.</summary>
    /// <value>1 to 256, or all if the backbone has fewer; default: 2.</value>
    public int LastBlocks { get; init; } = 2;

    /// <summary>The rank of the matrices of <see cref="FineTuningScope.LowRankAdapters"/>.</summary>
    /// <value>1 to 4096; default: 8.</value>
    public int AdapterRank { get; init; } = DefaultAdapterRank;

    /// <summary>What their product is multiplied by, over the rank (LoRA's alpha).</summary>
    /// <value>More than 0; default: 16.</value>
    public double AdapterAlpha { get; init; } = 16;

    /// <summary>How often each image is seen.</summary>
    /// <value>1 to 1 000 000; default: 30.</value>
    public int Epochs { get; init; } = 30;

    /// <summary>A time for the run, evaluation and checkpoints included: as in <see cref="PretrainingOptions.TimeBudget"/>.</summary>
    /// <value>More than zero; default: <see langword="null"/>, none.</value>
    public TimeSpan? TimeBudget { get; init; }

    /// <summary>Epochs without a better <see cref="Watched"/> figure after which the run ends early.</summary>
    /// <value>1 to 1 000 000; default: <see langword="null"/>, it does not.</value>
    public int? Patience { get; init; }

    /// <summary>The figure that decides which epoch's weights are the result.</summary>
    /// <value>Default: <see cref="ValidationFigure.Top1"/>.</value>
    public ValidationFigure Watched { get; init; } = ValidationFigure.Top1;

    /// <summary>The share of each class that is set aside for validation, if no validation images are given.</summary>
    /// <value>Over 0 and under 1; default: 0.15.</value>
    public double ValidationRatio { get; init; } = 0.15;

    /// <summary>Images in one batch. What is left of an epoch that fills no batch is dropped; a dataset smaller than a batch makes one batch.</summary>
    /// <value>1 to 65 536; default: 32.</value>
    public int BatchSize { get; init; } = 32;

    /// <summary>Batches whose gradients are gathered for one optimizer step.</summary>
    /// <value>1 to 65 536; default: 1.</value>
    public int AccumulatedBatches { get; init; } = 1;

    /// <summary>The share of all steps in which the learning rate rises.</summary>
    /// <value>0 to 1; default: 0.1.</value>
    public double WarmupRatio { get; init; } = 0.1;

    /// <summary>The highest learning rate: the head's, and that of the last block.</summary>
    /// <value>
    /// More than 0; default: <see langword="null"/>: <see cref="DefaultHeadLearningRate"/> for a head on a frozen backbone, else <see cref="DefaultPeakLearningRate"/>.
    /// </value>
    public double? PeakLearningRate { get; init; }

    /// <summary>The last step's learning rate. It begins there too.</summary>
    /// <value>At least 0; default: 1e-6.</value>
    public double FinalLearningRate { get; init; } = 1e-6;

    /// <summary>What the learning rate is multiplied by from each layer to the one before it, with <see cref="FineTuningScope.Full"/> and <see cref="FineTuningScope.LastBlocks"/>.</summary>
    /// <value>Over 0 and at most 1, which is for training from scratch; default: 0.75.</value>
    public double LayerDecay { get; init; } = DefaultLayerDecay;

    /// <summary>The weight decay.</summary>
    /// <value>At least 0; default: 0.05.</value>
    public double WeightDecay { get; init; } = 0.05;

    /// <summary>The largest norm of all gradients together; longer ones are shortened to it.</summary>
    /// <value>More than 0; default: <see langword="null"/>, any length.</value>
    public double? MaximumGradientNorm { get; init; }

    /// <summary>The share of each label that is spread evenly over all classes.</summary>
    /// <value>At least 0 and under 1; default: 0.1.</value>
    public double LabelSmoothing { get; init; } = 0.1;

    /// <summary>How much images of a batch are laid over one another with their labels (mixup): α of the Beta distribution of the share.</summary>
    /// <value>0 (not at all) to 1; default: 0.</value>
    /// <remarks>Zhang et al., "mixup: Beyond empirical risk minimization", 2017.</remarks>
    public double MixupAlpha { get; init; }

    /// <summary>How much of an image is replaced by a rectangle of another, with their labels (CutMix): α of the Beta distribution of the share. With mixup too, each batch draws one of both.</summary>
    /// <value>0 (not at all) to 1; default: 0.</value>
    /// <remarks>Yun et al., "CutMix", 2019.</remarks>
    public double CutmixAlpha { get; init; }

    /// <summary>How much an image of each class counts.</summary>
    /// <value>Default: <see cref="ClassBalance.None"/>.</value>
    public ClassBalance ClassBalance { get; init; } = ClassBalance.None;

    /// <summary>The type of number that forward and backward passes compute with.</summary>
    /// <value>Default: <see cref="TrainingPrecision.Auto"/>.</value>
    public TrainingPrecision Precision { get; init; } = TrainingPrecision.Auto;

    /// <summary>Decides every draw: the split, the order of images, augmentations, dropout and the head's first weights.</summary>
    /// <value>Default: 47.</value>
    public long Seed { get; init; } = 47;

    /// <summary>Checks every setting.</summary>
    /// <exception cref="ScottConfigurationException">At least one setting is not legal; the error lists all that are not.</exception>
    public void Validate()
    {
        var faults = new FaultList(nameof(FineTuningOptions));
        faults.Require(Enum.IsDefined(Scope), $"Scope is {Scope}; expected FrozenBackbone, LastBlocks, LowRankAdapters or Full.");
        faults.Require(Enum.IsDefined(Head), $"Head is {Head}; expected Linear, SimpleAttentive, MultiHeadAttentive or CrossAttentive.");
        faults.Require(Enum.IsDefined(Watched), $"Watched is {Watched}; expected Top1, MeanPerClassTop1 or Loss.");
        faults.Require(Enum.IsDefined(ClassBalance), $"ClassBalance is {ClassBalance}; expected None or Balanced.");
        faults.Require(Enum.IsDefined(Precision), $"Precision is {Precision}; expected Auto, Float32 or BFloat16.");
        faults.RequireRange(nameof(LastBlocks), LastBlocks, 1, ScottArchitecture.MaximumDepth);
        faults.RequireRange(nameof(AdapterRank), AdapterRank, 1, MaximumRank);
        faults.RequireRange(nameof(Epochs), Epochs, 1, MaximumEpochs);
        faults.RequireRange(nameof(Patience), Patience ?? 1, 1, MaximumEpochs);
        faults.RequireRange(nameof(BatchSize), BatchSize, 1, MaximumBatchSize);
        faults.RequireRange(nameof(AccumulatedBatches), AccumulatedBatches, 1, MaximumBatchSize);
        faults.RequireShare(nameof(WarmupRatio), WarmupRatio);
        faults.RequireShare(nameof(MixupAlpha), MixupAlpha);
        faults.RequireShare(nameof(CutmixAlpha), CutmixAlpha);
        faults.RequireShareBelowOne(nameof(LabelSmoothing), LabelSmoothing);
        faults.RequireNotNegative(nameof(FinalLearningRate), FinalLearningRate);
        faults.RequireNotNegative(nameof(WeightDecay), WeightDecay);
        faults.Require(TimeBudget is null || TimeBudget > TimeSpan.Zero, $"TimeBudget is {TimeBudget}; expected more than zero.");
        faults.Require(ValidationRatio is > 0 and < 1, FormattableString.Invariant($"ValidationRatio is {ValidationRatio}; expected over 0 and under 1."));
        faults.Require(LayerDecay is > 0 and <= 1, FormattableString.Invariant($"LayerDecay is {LayerDecay}; expected over 0 and at most 1."));
        faults.Require(double.IsFinite(AdapterAlpha) && AdapterAlpha > 0, FormattableString.Invariant($"AdapterAlpha is {AdapterAlpha}; expected more than 0."));
        faults.Require(PeakLearningRate is null || (double.IsFinite(PeakLearningRate.Value) && PeakLearningRate > 0), FormattableString.Invariant($"PeakLearningRate is {PeakLearningRate}; expected more than 0."));
        faults.Require(MaximumGradientNorm is null or > 0, FormattableString.Invariant($"MaximumGradientNorm is {MaximumGradientNorm}; expected more than 0."));
        faults.ThrowIfAny();
    }

    internal ScheduleOptions ToSchedules() => new()
    {
        Epochs = Epochs,
        WarmupRatio = WarmupRatio,
        StartLearningRate = FinalLearningRate,
        PeakLearningRate = PeakLearningRate ?? (Scope == FineTuningScope.FrozenBackbone ? DefaultHeadLearningRate : DefaultPeakLearningRate),
        FinalLearningRate = FinalLearningRate,
        FlatRatio = 0,
        StartWeightDecay = WeightDecay,
        FinalWeightDecay = WeightDecay,
    };

    internal string ToJson() => JsonSerializer.Serialize(this, FineTuningJsonContext.Default.FineTuningOptions);
}
