using Scott.Models.Torch;
using static System.FormattableString;

namespace Scott.Models.Training;

/// <summary>
/// The recipe of a MIM-JEPA run: what decides the resulting weights. Immutable; equal by value. The defaults are the reference's. Its warm-up of 40
/// of 300 epochs is a share here, so that a run of any length warms up.
/// </summary>
/// <remarks>Reference: <c>configs</c> and <c>src/main.py</c> at commit 8b6c6f9.</remarks>
public sealed record PretrainingOptions : TrainingOptions
{
    /// <summary>The reference's number of epochs, and the default of <see cref="TrainingOptions.Epochs"/>.</summary>
    public const int DefaultEpochs = 300;

    /// <summary>The reference's <see cref="MinimumBlockPatches"/>.</summary>
    public const int DefaultMinimumBlockPatches = 16;

    private const int MaximumMasks = 64;
    private const int MaximumViews = 8;
    private const int MaximumBlockPatches = 1024;

    /// <summary>Creates the reference's recipe.</summary>
    public PretrainingOptions()
    {
        Epochs = DefaultEpochs;
        BatchSize = 64;
        WarmupRatio = 40.0 / DefaultEpochs;
        FinalLearningRate = 1e-5;
    }

    /// <summary>The figure that decides which epoch is the best.</summary>
    /// <value>Default: <see cref="WatchedFigure.Auto"/>.</value>
    public WatchedFigure Watched { get; init; } = WatchedFigure.Auto;

    /// <summary>The learning rate at the start of the rise.</summary>
    /// <value>At least 0; default: 1e-6.</value>
    public double StartLearningRate { get; init; } = 1e-6;

    /// <summary>The highest learning rate.</summary>
    /// <value>More than 0; default: 5e-4.</value>
    public double PeakLearningRate { get; init; } = 5e-4;

    /// <summary>The share of the steps after the rise that stay at the peak, before the rate falls along half a cosine.</summary>
    /// <value>0 to 1; default: 0.72.</value>
    public double FlatRatio { get; init; } = 0.72;

    /// <summary>The weight decay before the first step.</summary>
    /// <value>At least 0; default: 0.04.</value>
    public double StartWeightDecay { get; init; } = 0.04;

    /// <summary>The weight decay of the last step.</summary>
    /// <value>At least 0; default: 0.4.</value>
    public double FinalWeightDecay { get; init; } = 0.4;

    /// <summary>The momentum of the target encoder (the share of its weights that it keeps in a step) before the first step.</summary>
    /// <value>0 to 1; default: 0.996.</value>
    public double StartMomentum { get; init; } = 0.996;

    /// <summary>The momentum of the target encoder (the share of its weights that it keeps in a step) in the last step.</summary>
    /// <value>0 to 1; default: 1.</value>
    public double FinalMomentum { get; init; } = 1;

    /// <summary>How the momentum goes from <see cref="StartMomentum"/> to <see cref="FinalMomentum"/>.</summary>
    /// <value>Default: <see cref="RampShape.Linear"/>.</value>
    public RampShape MomentumShape { get; init; } = RampShape.Linear;

    /// <summary>The share of patches that are hidden from the context encoder.</summary>
    /// <value>More than 0 and less than 1, so that the model's grid has at least one hidden and one visible patch; default: 0.6.</value>
    public double HiddenRatio { get; init; } = 0.6;

    /// <summary>How the visible patches are drawn.</summary>
    /// <value>Default: <see cref="KeepMaskKind.Blockwise"/>.</value>
    public KeepMaskKind MaskKind { get; init; } = KeepMaskKind.Blockwise;

    /// <summary>The smallest area that a rectangle of visible patches is drawn with, in patches.</summary>
    /// <remarks>The reference's 16 are 8 % of its grid of 14 × 14 patches, and a third of one of 7 × 7, where few rectangles make a
    /// mask.</remarks>
    /// <value>1 to 1024; default: 16.</value>
    public int MinimumBlockPatches { get; init; } = DefaultMinimumBlockPatches;

    /// <summary>The number of blocks of the predictor.</summary>
    /// <value>1 to 256; default: 3.</value>
    public int PredictorDepth { get; init; } = 3;

    /// <summary>The masks that the context encoder sees each view with. The target encoder runs once for all of them.</summary>
    /// <remarks>Differs from the paper, which draws one: several masks are the trick of data2vec 2.0 (arXiv:2212.07525, section 3.2).</remarks>
    /// <value>1 to 64; default: 1.</value>
    public int MasksPerView { get; init; } = 1;

    /// <summary>The views of an image in a batch, each with its own crop. With two or more, the image-level terms compare different crops.</summary>
    /// <value>1 to 8; default: 1.</value>
    public int ViewsPerImage { get; init; } = 1;

    /// <summary>How many of the target encoder's last blocks make the target: the mean of their normalized tokens, normalized again.</summary>
    /// <remarks>Differs from the paper, which takes the last block's: as in data2vec (arXiv:2202.03555, section 3.3).</remarks>
    /// <value>1 to the model's number of blocks; default: 1.</value>
    public int TargetBlocks { get; init; } = 1;

    /// <summary>The weights of the image-level terms of the loss.</summary>
    /// <value>Default: all 0, no such terms.</value>
    public ImageLevelWeights ImageLevel { get; init; } = new();

    /// <summary>Which encoder's weights are the result, and are evaluated during the run.</summary>
    /// <value>Default: <see cref="ResultEncoder.Context"/>, as in the reference.</value>
    public ResultEncoder Result { get; init; } = ResultEncoder.Context;

    /// <summary>The share of the steps, at the end, whose weights <see cref="ResultEncoder.Average"/> takes the mean of.</summary>
    /// <value>More than 0, at most 1; default: 0.25.</value>
    public double AveragedRatio { get; init; } = 0.25;

    internal override TrainingSchedules ScheduleOver(long steps) => new(
        LearningRateSchedule.WithWarmupRatio(steps, WarmupRatio, StartLearningRate, PeakLearningRate, FinalLearningRate, FlatRatio),
        new RampSchedule(steps, StartWeightDecay, FinalWeightDecay), new RampSchedule(steps, StartMomentum, FinalMomentum, MomentumShape));

    internal override string ToJson() => JsonSerializer.Serialize(this, TrainingJsonContext.Default.PretrainingOptions);

    /// <summary>Refuses masks that hide nothing, with which the loss is 0 and the run learns nothing, and masks that show nothing.</summary>
    /// <exception cref="ScottConfigurationException">The model has too few blocks, or no patch would be hidden, or none visible.</exception>
    internal void RequireFit(ScottArchitecture architecture)
    {
        if (TargetBlocks > architecture.Depth)
        {
            string blocks = $"TargetBlocks is {TargetBlocks}; expected at most {architecture.Depth}, the blocks of the model.";
            throw new ScottConfigurationException(nameof(PretrainingOptions), [blocks]);
        }

        int patches = architecture.Patches;
        int hidden = KeepMaskSampler.HiddenPatches(patches, HiddenRatio);
        if (hidden >= 1 && hidden < patches)
            return;

        string grid = $"{Plural.Of(patches, "patch", "patches")} that the model cuts an image into ({architecture.Grid})";
        string expected = patches == 1
            ? "expected an image size of at least two patches, so that one can be hidden and one stay visible"
            : $"expected {Share(1, patches)} to {Share(patches - 1, patches)}, which hide 1 and {patches - 1}";
        string fault = Invariant($"HiddenRatio is {HiddenRatio}, which hides {hidden} of the {grid}; {expected}.");
        throw new ScottConfigurationException(nameof(PretrainingOptions), [fault]);
    }

    private protected override void AddFaults(FaultList faults)
    {
        faults.Require(Enum.IsDefined(Watched), $"Watched is {Watched}; expected Auto, EffectiveRank, NeighborAccuracy or LinearAccuracy.");
        faults.RequireRange(nameof(PredictorDepth), PredictorDepth, 1, ScottArchitecture.MaximumDepth);
        faults.RequireShare(nameof(FlatRatio), FlatRatio);
        faults.RequireShare(nameof(StartMomentum), StartMomentum);
        faults.RequireShare(nameof(FinalMomentum), FinalMomentum);
        faults.RequireNotNegative(nameof(StartLearningRate), StartLearningRate);
        faults.RequireNotNegative(nameof(StartWeightDecay), StartWeightDecay);
        faults.RequireNotNegative(nameof(FinalWeightDecay), FinalWeightDecay);
        faults.RequirePositive(nameof(PeakLearningRate), PeakLearningRate);
        faults.Require(HiddenRatio is > 0 and < 1, Invariant($"HiddenRatio is {HiddenRatio}; expected more than 0 and less than 1."));
        faults.Require(Enum.IsDefined(MaskKind), $"MaskKind is {MaskKind}; expected Blockwise or Uniform.");
        faults.RequireRange(nameof(MinimumBlockPatches), MinimumBlockPatches, 1, MaximumBlockPatches);
        faults.Require(Enum.IsDefined(MomentumShape), $"MomentumShape is {MomentumShape}; expected Linear or Cosine.");
        faults.RequireRange(nameof(MasksPerView), MasksPerView, 1, MaximumMasks);
        faults.RequireRange(nameof(ViewsPerImage), ViewsPerImage, 1, MaximumViews);
        faults.RequireRange(nameof(TargetBlocks), TargetBlocks, 1, ScottArchitecture.MaximumDepth);
        faults.Require(Enum.IsDefined(Result), $"Result is {Result}; expected Context, Target or Average.");
        faults.Require(AveragedRatio is > 0 and <= 1, Invariant($"AveragedRatio is {AveragedRatio}; expected more than 0 and at most 1."));
        ImageLevel.AddFaults(faults);
        faults.Require(
            BatchSize > 1 || !ImageLevel.Any, $"BatchSize is {BatchSize}; expected at least 2, because ImageLevel compares the images of a batch.");
    }

    /// <summary>The smallest share, to six decimals, that hides that many patches.</summary>
    private static string Share(int hidden, int patches) =>
        (Math.Ceiling(1e6 * hidden / patches) / 1e6).ToString("0.######", CultureInfo.InvariantCulture);
}

/// <summary>The encoder whose weights a pre-training run returns.</summary>
public enum ResultEncoder
{
    /// <summary>The context encoder, which is trained.</summary>
    Context,
    /// <summary>The target encoder, which follows the context encoder's weights by their exponential moving average.</summary>
    Target,
    /// <summary>The mean of the context encoder's weights over the last steps; see <see cref="PretrainingOptions.AveragedRatio"/>.</summary>
    Average,
}
