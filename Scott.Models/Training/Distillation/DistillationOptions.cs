using Scott.Models.Torch;
using static System.FormattableString;

namespace Scott.Models.Training;

/// <summary>
/// The recipe of a distillation run: what decides the resulting weights. Immutable; equal by value. The defaults teach the teacher's vector of the
/// whole image to crops of it.
/// </summary>
/// <remarks>
/// Features as the target: Romero et al., "FitNets", arXiv 1412.6550; cosine between projected and teacher's vectors: as in Theia (arXiv 2407.20179,
/// section 3.2); similarities within a batch: Tung and Mori, arXiv 1907.09682, and Park et al., "Relational knowledge distillation", arXiv
/// 1904.05068.
/// </remarks>
public sealed record DistillationOptions : TrainingOptions
{
    /// <summary>The default of <see cref="TrainingOptions.Epochs"/>.</summary>
    public const int DefaultEpochs = 50;

    private const int MaximumCrops = 1000;
    private const string NoTurns = "\"verticalFlipProbability\":0,\"quarterTurnProbability\":0,"; // Earlier versions did not write these.

    /// <summary>Creates the default recipe.</summary>
    public DistillationOptions()
    {
        Epochs = DefaultEpochs;
        BatchSize = 32;
        WarmupRatio = 0.05;
        FinalLearningRate = 1e-6;
    }

    /// <summary>The figure that decides which epoch is the best.</summary>
    /// <value>Default: <see cref="WatchedFigure.Auto"/>.</value>
    public WatchedFigure Watched { get; init; } = WatchedFigure.Auto;

    /// <summary>The highest learning rate; it rises from <see cref="TrainingOptions.FinalLearningRate"/> and falls to it along half a
    /// cosine.</summary>
    /// <value>More than 0; default: 1e-3.</value>
    public double PeakLearningRate { get; init; } = 1e-3;

    /// <summary>The weight decay.</summary>
    /// <value>At least 0; default: 0.04.</value>
    public double WeightDecay { get; init; } = 0.04;

    /// <summary>What the teacher sees of an image.</summary>
    /// <value>Default: <see cref="TeacherView.WholeImage"/>.</value>
    public TeacherView TeacherView { get; init; } = TeacherView.WholeImage;

    /// <summary>With <see cref="TeacherView.SameCrop"/>, how many different crops of an image there are: the epochs take them in turn.</summary>
    /// <value>1 to 1000; default: 4.</value>
    public int CropsPerImage { get; init; } = 4;

    /// <summary>How the student's projected vector is compared with the teacher's, whose numbers are standardized over the images.</summary>
    /// <value>Default: <see cref="DistillationLossKind.Cosine"/>.</value>
    public DistillationLossKind VectorLoss { get; init; } = DistillationLossKind.Cosine;

    /// <summary>The weight of the comparison of vectors.</summary>
    /// <value>At least 0; default: 1.</value>
    public double VectorWeight { get; init; } = 1;

    /// <summary>The weight of the comparison of patch tokens, by cosine; the teacher's are resampled to the student's grid.</summary>
    /// <value>At least 0; default: 0. Best with <see cref="TeacherView.SameCrop"/>, where patches are at the same place.</value>
    public double TokenWeight { get; init; }

    /// <summary>The weight of the relation loss: the mean squared difference of student's and teacher's cosines, over the pairs of a batch.</summary>
    /// <value>At least 0; default: 0.</value>
    public double RelationWeight { get; init; }

    /// <summary>The weight of MIM-JEPA's loss on the same images. Masks and the momentum of the target encoder are the defaults of
    /// <see cref="PretrainingOptions"/>; learning rate and weight decay are those of this recipe.</summary>
    /// <value>At least 0; default: 0.</value>
    public double JepaWeight { get; init; }

    /// <summary>What decides the teacher's views of an image, as text. The changes of the images count only for crops.</summary>
    internal string ViewIdentityWith(string augmentation) => TeacherView == TeacherView.WholeImage
        ? "whole"
        : Invariant($"crops {CropsPerImage} {Seed} {augmentation.Replace(NoTurns, string.Empty, StringComparison.Ordinal)}");

    internal override TrainingSchedules ScheduleOver(long steps)
    {
        var jepa = new PretrainingOptions();
        return new TrainingSchedules(
            LearningRateSchedule.WithWarmupRatio(steps, WarmupRatio, FinalLearningRate, PeakLearningRate, FinalLearningRate, flatRatio: 0),
            new RampSchedule(steps, WeightDecay, WeightDecay), new RampSchedule(steps, jepa.StartMomentum, jepa.FinalMomentum));
    }

    internal override string ToJson() => JsonSerializer.Serialize(this, TrainingJsonContext.Default.DistillationOptions);

    private protected override void AddFaults(FaultList faults)
    {
        faults.Require(Enum.IsDefined(Watched), $"Watched is {Watched}; expected Auto, EffectiveRank, NeighborAccuracy or LinearAccuracy.");
        faults.Require(Enum.IsDefined(TeacherView), $"TeacherView is {TeacherView}; expected WholeImage or SameCrop.");
        faults.Require(Enum.IsDefined(VectorLoss), $"VectorLoss is {VectorLoss}; expected Cosine or SmoothL1.");
        faults.RequireRange(nameof(CropsPerImage), CropsPerImage, 1, MaximumCrops);
        faults.RequirePositive(nameof(PeakLearningRate), PeakLearningRate);
        faults.RequireNotNegative(nameof(WeightDecay), WeightDecay);
        faults.RequireNotNegative(nameof(VectorWeight), VectorWeight);
        faults.RequireNotNegative(nameof(TokenWeight), TokenWeight);
        faults.RequireNotNegative(nameof(RelationWeight), RelationWeight);
        faults.RequireNotNegative(nameof(JepaWeight), JepaWeight);
        faults.Require(
            VectorWeight + TokenWeight + RelationWeight > 0,
            "VectorWeight, TokenWeight and RelationWeight are all 0; expected at least one above 0.");
        faults.Require(
            BatchSize > 1 || RelationWeight == 0,
            $"BatchSize is {BatchSize}; expected at least 2, because RelationWeight compares the images of a batch.");
    }
}

/// <summary>What the teacher sees of an image.</summary>
public enum TeacherView
{
    /// <summary>The image as the teacher's own preprocessing prepares it, whatever crop the student sees. Computed once for each image.</summary>
    WholeImage,
    /// <summary>The crop that the student sees, with the image's own colors. Computed once for each of
    /// <see cref="DistillationOptions.CropsPerImage"/>.</summary>
    SameCrop,
}

/// <summary>How two vectors are compared.</summary>
public enum DistillationLossKind
{
    /// <summary>1 − their cosine.</summary>
    Cosine,
    /// <summary>Smooth-L1 with β 1, the mean over their numbers.</summary>
    SmoothL1,
}
