using Scott.Models.Evaluation;

namespace Scott.Models.Pretraining;

/// <summary>What one epoch of pre-training was like. A JEPA loss that falls is no sign of health; the features' figures are.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Steps">The optimizer steps taken until its end.</param>
/// <param name="Loss">The mean over its steps.</param>
/// <param name="LearningRate">The last step's.</param>
/// <param name="Health">Of the context encoder's pooled features on some of the pictures, at its end.</param>
/// <param name="Gradients">The mean over its steps.</param>
/// <param name="ImagesPerSecond">Trained on, loading included, evaluation not.</param>
/// <param name="Warnings">In words, what does not look right; empty if all does.</param>
public sealed record EpochRecord(
    int Epoch, long Steps, double Loss, double LearningRate, FeatureHealth Health, GradientNorms Gradients, double ImagesPerSecond, IReadOnlyList<string> Warnings);
