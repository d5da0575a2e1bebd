using Scott.Models.Torch;
using TorchSharp;

namespace Scott.Models.Training;

/// <summary>The settings that the recipes of all kinds of training share. Immutable; equal by value.</summary>
public abstract record TrainingOptions
{
    private const int MaximumEpochs = 1_000_000;
    private const int MaximumBatchSize = 1 << 16;

    private protected TrainingOptions()
    {
    }

    /// <summary>How often each image is seen.</summary>
    /// <value>1 to 1 000 000; default: 300 in pre-training, 30 in fine-tuning, 50 in distillation.</value>
    public int Epochs { get; init; }

    /// <summary>
    /// How long the run may take, evaluation and checkpoints included; what the teacher of a distillation computes before the first step is extra.
    /// The schedules are spread over the steps that fit, at most those of <see cref="Epochs"/>: the run times a few steps first, and later corrects
    /// the number. The result depends on the machine's speed.
    /// </summary>
    /// <value>More than zero; default: <see langword="null"/>, none.</value>
    public TimeSpan? TimeBudget { get; init; }

    /// <summary>The run ends early after this many epochs without a better watched figure.</summary>
    /// <value>1 to 1 000 000; default: <see langword="null"/>, it does not end early.</value>
    public int? Patience { get; init; }

    /// <summary>Images in one batch. The images of an epoch that do not fill a batch are dropped.</summary>
    /// <value>1 to 65 536; default: 64 in pre-training, 32 in fine-tuning and distillation. In fine-tuning and
    /// distillation, a smaller dataset makes one batch.</value>
    public int BatchSize { get; init; }

    /// <summary>Batches whose gradients are added up for one optimizer step: a large batch in the memory of a small one.</summary>
    /// <value>1 to 65 536; default: 1.</value>
    public int AccumulatedBatches { get; init; } = 1;

    /// <summary>The share of all steps in which the learning rate rises.</summary>
    /// <value>0 to 1; default: 40/300 in pre-training, 0.1 in fine-tuning, 0.05 in distillation.</value>
    public double WarmupRatio { get; init; }

    /// <summary>The learning rate of the last step.</summary>
    /// <value>At least 0; default: 1e-5 in pre-training; 1e-6 in fine-tuning and distillation, whose rate also
    /// starts there.</value>
    public double FinalLearningRate { get; init; }

    /// <summary>The largest norm of all gradients together; longer gradients are shortened to it.</summary>
    /// <value>More than 0; default: <see langword="null"/>, any length.</value>
    public double? MaximumGradientNorm { get; init; }

    /// <summary>The number type of forward and backward passes.</summary>
    /// <value>Default: <see cref="TrainingPrecision.Auto"/>.</value>
    public TrainingPrecision Precision { get; init; } = TrainingPrecision.Auto;

    /// <summary>Decides every random draw: splits, the order of images, augmentations, masks, dropout and first weights.</summary>
    /// <value>Default: 47.</value>
    public long Seed { get; init; } = 47;

    /// <summary>Checks every setting.</summary>
    /// <exception cref="ScottConfigurationException">At least one setting is not legal; the error lists all that are not.</exception>
    public void Validate()
    {
        var faults = new FaultList(GetType().Name);
        faults.RequireRange(nameof(Epochs), Epochs, 1, MaximumEpochs);
        faults.RequireRange(nameof(BatchSize), BatchSize, 1, MaximumBatchSize);
        faults.RequireRange(nameof(AccumulatedBatches), AccumulatedBatches, 1, MaximumBatchSize);
        faults.RequireRange(nameof(Patience), Patience ?? 1, 1, MaximumEpochs);
        faults.Require(TimeBudget is null || TimeBudget > TimeSpan.Zero, $"TimeBudget is {TimeBudget}; expected more than zero.");
        faults.Require(Enum.IsDefined(Precision), $"Precision is {Precision}; expected Auto, Float32 or BFloat16.");
        faults.RequireShare(nameof(WarmupRatio), WarmupRatio);
        faults.RequireNotNegative(nameof(FinalLearningRate), FinalLearningRate);
        faults.Require(
            MaximumGradientNorm is null or > 0, FormattableString.Invariant($"MaximumGradientNorm is {MaximumGradientNorm}; expected more than 0."));
        AddFaults(faults);
        faults.ThrowIfAny();
    }

    /// <summary>The type that forward and backward passes compute in, once <see cref="Precision"/> is resolved.</summary>
    internal torch.ScalarType ComputeType => Precision == TrainingPrecision.BFloat16 ? torch.ScalarType.BFloat16 : torch.ScalarType.Float32;

    /// <summary>What <see cref="TrainingPrecision.Auto"/> means on a device; any other precision is itself.</summary>
    internal TrainingPrecision ResolvePrecision(TorchDevice device) => Precision != TrainingPrecision.Auto ? Precision
        : device.Resolve() == TorchDevice.Cpu && PrecisionTrial.IsBfloat16Faster ? TrainingPrecision.BFloat16
        : TrainingPrecision.Float32;

    /// <summary>The schedules, spread over a number of steps, at least 1.</summary>
    internal abstract TrainingSchedules ScheduleOver(long steps);

    internal abstract string ToJson();

    /// <summary>Adds the faults of the recipe's own settings.</summary>
    private protected abstract void AddFaults(FaultList faults);
}
