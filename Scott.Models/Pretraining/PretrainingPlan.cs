using Scott.Models.Optimization;

namespace Scott.Models.Pretraining;

/// <summary>A recipe laid out over a number of steps: what each optimizer step uses.</summary>
internal sealed class PretrainingPlan
{
    private readonly LearningRateSchedule _learningRate;
    private readonly RampSchedule _weightDecay;
    private readonly RampSchedule _momentum;

    /// <param name="options">The recipe.</param>
    /// <param name="stepsPerEpoch">Optimizer steps in one epoch, at least 1.</param>
    public PretrainingPlan(PretrainingOptions options, long stepsPerEpoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stepsPerEpoch);
        StepsPerEpoch = stepsPerEpoch;
        TotalSteps = stepsPerEpoch * options.Epochs;
        long warmup = Math.Min((long)Math.Round(options.WarmupRatio * TotalSteps), TotalSteps - 1);
        _learningRate = new LearningRateSchedule(
            TotalSteps, warmup, options.StartLearningRate, options.PeakLearningRate, options.FinalLearningRate, options.FlatRatio);
        _weightDecay = new RampSchedule(TotalSteps, options.StartWeightDecay, options.FinalWeightDecay);
        _momentum = new RampSchedule(TotalSteps, options.StartMomentum, options.FinalMomentum, options.MomentumShape);
    }

    public long StepsPerEpoch { get; }

    public long TotalSteps { get; }

    /// <param name="step">From 1.</param>
    public double LearningRate(long step) => _learningRate.At(step);

    /// <param name="step">From 1.</param>
    public double WeightDecay(long step) => _weightDecay.At(step);

    /// <param name="step">From 1.</param>
    public double Momentum(long step) => _momentum.At(step);
}
