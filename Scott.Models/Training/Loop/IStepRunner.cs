using Scott.Models.Weights;

namespace Scott.Models.Training;

/// <summary>Takes training steps for a run, of any kind of training, and loads their batches.</summary>
internal interface IStepRunner
{
    long Steps { get; }

    /// <summary>Whether the last step is complete in networks and optimizer; false after an error within a step.</summary>
    bool IsBetweenSteps { get; }

    /// <summary>Optimizer steps in one epoch, at least 1.</summary>
    long StepsPerEpoch { get; }
    int ImagesPerStep { get; }
    int UnreadableImages { get; }

    /// <summary>The newest checkpoint, for the error of a run that diverges.</summary>
    string? LastCheckpoint { get; set; }

    /// <summary>Takes the optimizer steps of an epoch, from where the run stands to the epoch's end.</summary>
    /// <exception cref="TrainingDivergedException">A loss or a gradient is not a finite number.</exception>
    IAsyncEnumerable<StepResult> RunEpochAsync(Func<TrainingPlan> plan, CancellationToken cancellationToken);

    WeightSet Export();

    /// <summary>The same, to save it.</summary>
    /// <exception cref="TrainingDivergedException">A number is not finite: the newest step ruined the weights.</exception>
    WeightSet ExportFinite();

    /// <summary>The error of a run whose newest step ruined the weights.</summary>
    TrainingDivergedException Diverged();

    void Restore(WeightSet state, long steps);
}

/// <summary>The figures of an optimizer step.</summary>
internal readonly record struct StepResult(double Loss, IReadOnlyDictionary<string, double> Figures);
