using Scott.Models.Weights;

namespace Scott.Models.Training;

/// <summary>Networks, their optimizer, and one step of training them. Owns them. For one thread at a time.</summary>
internal interface ITrainingStep<in TBatch> : IDisposable
{
    /// <summary>The optimizer steps taken so far.</summary>
    long Steps { get; }

    /// <summary>Adds the gradients of one batch, times its share of the step, which is 1 unless several batches make a step.</summary>
    /// <returns>The loss of this batch, not multiplied by the share.</returns>
    double Accumulate(TBatch batch, double share);

    /// <summary>Takes one optimizer step along the gradients, and clears them.</summary>
    /// <returns><see cref="StepResult.Figures"/>.</returns>
    IReadOnlyDictionary<string, double> Update(TrainingPlan plan, double? maximumGradientNorm);

    /// <summary>Clears the gradients without a step.</summary>
    void ClearGradients();

    /// <summary>Everything that the next step depends on, in managed memory.</summary>
    WeightSet Export();

    void Restore(WeightSet state, long steps);
}
