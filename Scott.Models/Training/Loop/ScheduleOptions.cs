using Scott.Models.Torch;

namespace Scott.Models.Training;

/// <summary>A recipe's length and what it schedules over it.</summary>
internal sealed record ScheduleOptions
{
    public required int Epochs { get; init; }

    /// <summary>The share of all steps in which the learning rate rises, 0 to 1.</summary>
    public required double WarmupRatio { get; init; }

    public required double StartLearningRate { get; init; }

    public required double PeakLearningRate { get; init; }

    public required double FinalLearningRate { get; init; }

    /// <summary>The share of the steps after the rise that stay at the peak, 0 to 1.</summary>
    public required double FlatRatio { get; init; }

    public required double StartWeightDecay { get; init; }

    public required double FinalWeightDecay { get; init; }

    /// <summary>Of an encoder that follows the trained one, 0 to 1; of no meaning to a training without.</summary>
    public double StartMomentum { get; init; }

    public double FinalMomentum { get; init; }

    public RampShape MomentumShape { get; init; }
}
