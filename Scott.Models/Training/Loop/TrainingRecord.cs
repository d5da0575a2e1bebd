namespace Scott.Models.Training;

/// <summary>What one epoch of any training was like. What it trains adds its own figures.</summary>
public abstract record TrainingRecord
{
    /// <summary>From 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>The optimizer steps taken until its end.</summary>
    public required long Steps { get; init; }

    /// <summary>The mean over its steps.</summary>
    public required double Loss { get; init; }

    /// <summary>The last step's.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The last step's.</summary>
    public required double WeightDecay { get; init; }

    /// <summary>Trained on, loading included, evaluation not.</summary>
    public required double ImagesPerSecond { get; init; }

    /// <summary>The run's time until its end, evaluation and checkpoints included; of a resumed run, that of all its parts.</summary>
    public required double ElapsedSeconds { get; init; }

    /// <summary>The time that the rest of the run takes at that rate.</summary>
    public required double RemainingSeconds { get; init; }

    /// <summary>Images found unreadable so far, since the run began or was resumed.</summary>
    public required int UnreadableImages { get; init; }

    /// <summary>In words, what does not look right; empty if all does.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}
