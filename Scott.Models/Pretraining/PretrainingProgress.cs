namespace Scott.Models.Pretraining;

/// <summary>How far a run has come.</summary>
/// <param name="Step">Optimizer steps taken, those before a resumption included.</param>
/// <param name="TotalSteps">All steps of the run.</param>
/// <param name="Epoch">The epoch at work, from 1.</param>
/// <param name="TotalEpochs">All epochs.</param>
/// <param name="Loss">The step's.</param>
/// <param name="ImagesPerSecond">Since the run began or was resumed, evaluation and checkpoints included.</param>
/// <param name="Remaining">The time left at that rate.</param>
/// <param name="CompletedEpoch">The record of an epoch, with the step that ends it.</param>
public readonly record struct PretrainingProgress(
    long Step, long TotalSteps, int Epoch, int TotalEpochs, double Loss, double ImagesPerSecond, TimeSpan Remaining, EpochRecord? CompletedEpoch);
