using System.Text.Json;
using Scott.Models.Torch;

namespace Scott.Models.Training;

/// <summary>
/// The recipe of a MIM-JEPA run: what decides the resulting weights. Immutable; equal by value. The defaults are the reference's; its warm-up of
/// 40 of 300 epochs is kept as a share, so that a run of any length warms up.
/// </summary>
/// <remarks>Reference: <c>configs</c> and <c>src/main.py</c> at commit 8b6c6f9.</remarks>
public sealed record PretrainingOptions
{
    /// <summary>The reference's number of epochs, and the default of <see cref="Epochs"/>.</summary>
    public const int DefaultEpochs = 300;

    private const int MaximumEpochs = 1_000_000;
    private const int MaximumBatchSize = 1 << 16;

    /// <summary>How often each image is seen.</summary>
    /// <value>1 to 1 000 000; default: 300.</value>
    public int Epochs { get; init; } = DefaultEpochs;

    /// <summary>
    /// A time for the run, evaluation and checkpoints included. The schedules are spread over the steps that fit, never more than <see cref="Epochs"/>
    /// asks for: a few steps are timed first, and the run's own speed corrects the number on the way. What a run under a budget ends in depends
    /// on the machine's speed.
    /// </summary>
    /// <value>More than zero; default: <see langword="null"/>, none.</value>
    public TimeSpan? TimeBudget { get; init; }

    /// <summary>Epochs without a better <see cref="Watched"/> figure after which the run ends early.</summary>
    /// <value>1 to 1 000 000; default: <see langword="null"/>, it does not.</value>
    public int? Patience { get; init; }

    /// <summary>The figure that decides which epoch is the best.</summary>
    /// <value>Default: <see cref="WatchedFigure.Auto"/>.</value>
    public WatchedFigure Watched { get; init; } = WatchedFigure.Auto;

    /// <summary>Images in one batch. What is left of an epoch that fills no batch is dropped.</summary>
    /// <value>1 to 65 536; default: 64.</value>
    public int BatchSize { get; init; } = 64;

    /// <summary>Batches whose gradients are gathered for one optimizer step: a large batch in the memory of a small one.</summary>
    /// <value>1 to 65 536; default: 1.</value>
    public int AccumulatedBatches { get; init; } = 1;

    /// <summary>The share of all steps in which the learning rate rises.</summary>
    /// <value>0 to 1; default: 40/300.</value>
    public double WarmupRatio { get; init; } = 40.0 / DefaultEpochs;

    /// <summary>The learning rate that the rise begins at.</summary>
    /// <value>At least 0; default: 1e-6.</value>
    public double StartLearningRate { get; init; } = 1e-6;

    /// <summary>The highest learning rate.</summary>
    /// <value>More than 0; default: 5e-4.</value>
    public double PeakLearningRate { get; init; } = 5e-4;

    /// <summary>The last step's learning rate.</summary>
    /// <value>At least 0; default: 1e-5.</value>
    public double FinalLearningRate { get; init; } = 1e-5;

    /// <summary>The share of the steps after the rise that stay at the peak, before half a cosine leads down.</summary>
    /// <value>0 to 1; default: 0.72.</value>
    public double FlatRatio { get; init; } = 0.72;

    /// <summary>The weight decay before the first step.</summary>
    /// <value>At least 0; default: 0.04.</value>
    public double StartWeightDecay { get; init; } = 0.04;

    /// <summary>The weight decay of the last step.</summary>
    /// <value>At least 0; default: 0.4.</value>
    public double FinalWeightDecay { get; init; } = 0.4;

    /// <summary>How much of itself the target encoder keeps in a step, before the first.</summary>
    /// <value>0 to 1; default: 0.996.</value>
    public double StartMomentum { get; init; } = 0.996;

    /// <summary>How much of itself the target encoder keeps in the last step.</summary>
    /// <value>0 to 1; default: 1.</value>
    public double FinalMomentum { get; init; } = 1;

    /// <summary>How the momentum goes from one to the other.</summary>
    /// <value>Default: <see cref="RampShape.Linear"/>.</value>
    public RampShape MomentumShape { get; init; } = RampShape.Linear;

    /// <summary>The largest norm of all gradients together; longer ones are shortened to it.</summary>
    /// <value>More than 0; default: <see langword="null"/>, any length.</value>
    public double? MaximumGradientNorm { get; init; }

    /// <summary>The share of patches hidden from the context encoder.</summary>
    /// <value>More than 0, less than 1, and such that at least one patch of the model's grid is hidden and one visible; default: 0.6.</value>
    public double HiddenRatio { get; init; } = 0.6;

    /// <summary>How the visible patches are drawn.</summary>
    /// <value>Default: <see cref="KeepMaskKind.Blockwise"/>.</value>
    public KeepMaskKind MaskKind { get; init; } = KeepMaskKind.Blockwise;

    /// <summary>The predictor's number of blocks.</summary>
    /// <value>1 to 256; default: 3.</value>
    public int PredictorDepth { get; init; } = 3;

    /// <summary>The type of number that forward and backward passes compute with.</summary>
    /// <value>Default: <see cref="TrainingPrecision.Auto"/>.</value>
    public TrainingPrecision Precision { get; init; } = TrainingPrecision.Auto;

    /// <summary>Decides every draw: the order of images, augmentations, masks, dropout and the predictor's first weights.</summary>
    /// <value>Default: 47.</value>
    public long Seed { get; init; } = 47;

    /// <summary>Checks every setting.</summary>
    /// <exception cref="ScottConfigurationException">At least one setting is not legal; the error lists all that are not.</exception>
    public void Validate()
    {
        var faults = new FaultList(nameof(PretrainingOptions));
        faults.RequireRange(nameof(Epochs), Epochs, 1, MaximumEpochs);
        faults.RequireRange(nameof(BatchSize), BatchSize, 1, MaximumBatchSize);
        faults.RequireRange(nameof(AccumulatedBatches), AccumulatedBatches, 1, MaximumBatchSize);
        faults.RequireRange(nameof(Patience), Patience ?? 1, 1, MaximumEpochs);
        faults.Require(TimeBudget is null || TimeBudget > TimeSpan.Zero, $"TimeBudget is {TimeBudget}; expected more than zero.");
        faults.Require(Enum.IsDefined(Watched), $"Watched is {Watched}; expected Auto, EffectiveRank, NeighborAccuracy or LinearAccuracy.");
        faults.Require(Enum.IsDefined(Precision), $"Precision is {Precision}; expected Auto, Float32 or BFloat16.");
        faults.RequireRange(nameof(PredictorDepth), PredictorDepth, 1, ScottArchitecture.MaximumDepth);
        faults.RequireShare(nameof(WarmupRatio), WarmupRatio);
        faults.RequireShare(nameof(FlatRatio), FlatRatio);
        faults.RequireShare(nameof(StartMomentum), StartMomentum);
        faults.RequireShare(nameof(FinalMomentum), FinalMomentum);
        faults.RequireNotNegative(nameof(StartLearningRate), StartLearningRate);
        faults.RequireNotNegative(nameof(FinalLearningRate), FinalLearningRate);
        faults.RequireNotNegative(nameof(StartWeightDecay), StartWeightDecay);
        faults.RequireNotNegative(nameof(FinalWeightDecay), FinalWeightDecay);
        faults.Require(double.IsFinite(PeakLearningRate) && PeakLearningRate > 0, FormattableString.Invariant($"PeakLearningRate is {PeakLearningRate}; expected more than 0."));
        faults.Require(MaximumGradientNorm is null or > 0, FormattableString.Invariant($"MaximumGradientNorm is {MaximumGradientNorm}; expected more than 0."));
        faults.Require(HiddenRatio is > 0 and < 1, FormattableString.Invariant($"HiddenRatio is {HiddenRatio}; expected more than 0 and less than 1."));
        faults.Require(Enum.IsDefined(MaskKind), $"MaskKind is {MaskKind}; expected Blockwise or Uniform.");
        faults.Require(Enum.IsDefined(MomentumShape), $"MomentumShape is {MomentumShape}; expected Linear or Cosine.");
        faults.ThrowIfAny();
    }

    internal ScheduleOptions ToSchedules() => new()
    {
        Epochs = Epochs,
        WarmupRatio = WarmupRatio,
        StartLearningRate = StartLearningRate,
        PeakLearningRate = PeakLearningRate,
        FinalLearningRate = FinalLearningRate,
        FlatRatio = FlatRatio,
        StartWeightDecay = StartWeightDecay,
        FinalWeightDecay = FinalWeightDecay,
        StartMomentum = StartMomentum,
        FinalMomentum = FinalMomentum,
        MomentumShape = MomentumShape,
    };

    internal string ToJson() => JsonSerializer.Serialize(this, PretrainingJsonContext.Default.PretrainingOptions);

    internal static PretrainingOptions FromJson(string json) =>
        ConfigurationJson.Read(json, nameof(PretrainingOptions), PretrainingJsonContext.Default.PretrainingOptions);
}
