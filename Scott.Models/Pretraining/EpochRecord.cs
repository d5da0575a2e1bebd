using Scott.Models.Evaluation;

namespace Scott.Models.Pretraining;

/// <summary>What one epoch of pre-training was like. A JEPA loss that falls is no sign of health; the features' figures are.</summary>
public sealed record EpochRecord
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

    /// <summary>How much of itself the target encoder kept in the last step.</summary>
    public required double Momentum { get; init; }

    /// <summary>Of the context encoder's pooled features on some of the pictures, at its end.</summary>
    public required FeatureHealth Health { get; init; }

    /// <summary>The mean over its steps.</summary>
    public required GradientNorms Gradients { get; init; }

    /// <summary>What the frozen features are worth on labelled pictures; <see langword="null"/> in an epoch without evaluation.</summary>
    public FrozenAccuracy? Accuracy { get; init; }

    /// <summary>Trained on, loading included, evaluation not.</summary>
    public required double ImagesPerSecond { get; init; }

    /// <summary>The run's time until its end, evaluation and checkpoints included; of a resumed run, that of all its parts.</summary>
    public required double ElapsedSeconds { get; init; }

    /// <summary>The time that the rest of the run takes at that rate.</summary>
    public required double RemainingSeconds { get; init; }

    /// <summary>Pictures found unreadable so far, since the run began or was resumed.</summary>
    public required int UnreadablePictures { get; init; }

    /// <summary>In words, what does not look right; empty if all does.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}
