namespace Scott.Models.Training;

/// <summary>How far a run has come.</summary>
/// <param name="Step">Optimizer steps taken, those before a resumption included.</param>
/// <param name="TotalSteps">All steps of the run.</param>
/// <param name="Epoch">The epoch at work, from 1.</param>
/// <param name="TotalEpochs">All epochs.</param>
/// <param name="Loss">The step's.</param>
/// <param name="ImagesPerSecond">Since the run began or was resumed, evaluation and checkpoints included.</param>
/// <param name="Remaining">The time left at that rate.</param>
/// <param name="ResumedAtStep">The step of the checkpoint that the run went on from; 0 if it began anew.</param>
/// <param name="CheckpointStep">The step of the newest checkpoint, of which nothing is lost whatever happens; <see langword="null"/> if there is none.</param>
/// <param name="CompletedEpoch">The record of an epoch, with the step that ends it.</param>
public readonly record struct TrainingProgress(
    long Step,
    long TotalSteps,
    int Epoch,
    int TotalEpochs,
    double Loss,
    double ImagesPerSecond,
    TimeSpan Remaining,
    long ResumedAtStep,
    long? CheckpointStep,
    TrainingRecord? CompletedEpoch);
