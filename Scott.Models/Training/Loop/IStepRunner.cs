using Scott.Models.Weights;

namespace Scott.Models.Training;

/// <summary>A training step with its batches: what a run drives, whatever it trains.</summary>
internal interface IStepRunner
{
    /// <summary>The optimizer steps taken so far.</summary>
    long Steps { get; }

    /// <summary>Whether the networks and the optimizer are as a whole step left them. Not so after an error in the middle of a step.</summary>
    bool IsBetweenSteps { get; }

    /// <summary>Optimizer steps in one epoch, at least 1.</summary>
    long StepsPerEpoch { get; }

    /// <summary>Images in one optimizer step.</summary>
    int ImagesPerStep { get; }

    /// <summary>The images found so far that cannot be read.</summary>
    int UnreadableImages { get; }

    /// <summary>The newest checkpoint, for the error of a run that diverges.</summary>
    string? LastCheckpoint { get; set; }

    /// <summary>The optimizer steps of an epoch, from where the run stands to its end.</summary>
    /// <param name="plan">Gives the plan that a step follows; it may change between steps.</param>
    /// <param name="cancellationToken">Cancels between batches.</param>
    /// <exception cref="TrainingDivergedException">A loss is not a number.</exception>
    IAsyncEnumerable<StepResult> RunEpochAsync(Func<TrainingPlan> plan, CancellationToken cancellationToken);

    /// <summary>As <see cref="ITrainingStep{TBatch}.Export"/>.</summary>
    WeightSet Export();

    /// <summary>As <see cref="ITrainingStep{TBatch}.Restore"/>.</summary>
    void Restore(WeightSet state, long steps);
}
