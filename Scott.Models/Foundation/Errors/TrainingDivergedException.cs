namespace Scott.Models;

/// <summary>A loss, a gradient or a weight is not a finite number, so training stopped. No checkpoint was written after that.</summary>
public sealed class TrainingDivergedException : ScottException
{
    internal TrainingDivergedException(long step, double loss, IReadOnlyList<string> imageNames, string? lastCheckpoint)
        : base(FormattableString.Invariant(double.IsFinite(loss)
            ? (FormattableString)$"A gradient of step {step}, or a weight after it, is not finite. "
            : $"The loss of step {step} is {loss}. ")
            + "Lower the learning rate or set MaximumGradientNorm. "
            + (lastCheckpoint is null ? "There is no checkpoint to go back to. " : $"The last good checkpoint is '{lastCheckpoint}'. ")
            + $"The batch: {string.Join(", ", imageNames)}.") =>
        (Step, Loss, ImageNames, LastCheckpoint) = (step, loss, imageNames, lastCheckpoint);

    /// <summary>The optimizer step, from 1.</summary>
    public long Step { get; }

    /// <summary>The loss of that step: NaN or infinite, unless only a gradient or a weight is.</summary>
    public double Loss { get; }

    /// <summary>The images of the batch.</summary>
    public IReadOnlyList<string> ImageNames { get; }

    /// <summary>The file of the newest checkpoint; <see langword="null"/> if there is none.</summary>
    public string? LastCheckpoint { get; }
}
