namespace Scott.Models.Training;

/// <summary>How far a run is.</summary>
/// <param name="Step">Optimizer steps taken, those before a resume included.</param>
/// <param name="TotalSteps">All steps of the run.</param>
/// <param name="Epoch">The current epoch, from 1.</param>
/// <param name="TotalEpochs">All epochs.</param>
/// <param name="Loss">The loss of the step.</param>
/// <param name="ImagesPerSecond">Since the run started or resumed, evaluation and checkpoints included.</param>
/// <param name="Remaining">The time left at that speed.</param>
/// <param name="ResumedAtStep">The step of the checkpoint that the run resumed from; 0 for a new run.</param>
/// <param name="CheckpointStep">The step of the newest checkpoint, from which a stopped run resumes; <see langword="null"/> if there is none.</param>
/// <param name="CompletedEpoch">The record of the epoch that this step ends; <see langword="null"/> if it ends none.</param>
public readonly record struct TrainingProgress(
    long Step, long TotalSteps, int Epoch, int TotalEpochs, double Loss, double ImagesPerSecond, TimeSpan Remaining, long ResumedAtStep,
    long? CheckpointStep, TrainingRecord? CompletedEpoch);
