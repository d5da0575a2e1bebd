namespace Scott.Models.Training;

/// <summary>The figures of one epoch that all kinds of training share.</summary>
public abstract record TrainingRecord
{
    /// <summary>The epoch, from 1.</summary>
    public int Epoch { get; init; }

    /// <summary>The optimizer steps taken by the end of the epoch.</summary>
    public long Steps { get; init; }

    /// <summary>The mean loss of the epoch's steps.</summary>
    public double Loss { get; init; }

    /// <summary>The learning rate of the last step.</summary>
    public double LearningRate { get; init; }

    /// <summary>The weight decay of the last step.</summary>
    public double WeightDecay { get; init; }

    /// <summary>The training speed, with loading but without evaluation.</summary>
    public double ImagesPerSecond { get; init; }

    /// <summary>The run's time so far, evaluation and checkpoints included, also from before a resume.</summary>
    public double ElapsedSeconds { get; init; }

    /// <summary>The time left at the mean speed of the last 20 epochs. An epoch in which the computer slept for long does not count.</summary>
    public double RemainingSeconds { get; init; }

    /// <summary>Images that could not be read so far, since the run started or resumed.</summary>
    public int UnreadableImages { get; init; }

    /// <summary>What looks wrong, in words; empty if nothing does.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}

/// <summary>The best epoch so far.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Figure">The watched figure at its end: an accuracy or a mean average precision from 0 to 1, a loss, or an effective rank.</param>
public readonly record struct BestEpoch(int Epoch, double Figure);
