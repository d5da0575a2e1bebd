using Scott.Models.Metrics;

namespace Scott.Models.Training;

/// <summary>The figures of one epoch of distillation. A term that the recipe does not use is 0.</summary>
public sealed record DistillationRecord : TrainingRecord, IFeatureRecord
{
    internal static readonly IReadOnlyList<string> LossNames = [nameof(VectorLoss), nameof(TokenLoss), nameof(RelationLoss), nameof(JepaLoss)];

    /// <summary>How far the student's projected vectors are from the teacher's, mean over the epoch's steps.</summary>
    public required double VectorLoss { get; init; }

    /// <summary>How far the student's projected patch tokens are from the teacher's, mean over the epoch's steps.</summary>
    public required double TokenLoss { get; init; }

    /// <summary>How far the similarities within a batch are from the teacher's, mean over the epoch's steps.</summary>
    public required double RelationLoss { get; init; }

    /// <summary>MIM-JEPA's loss, mean over the epoch's steps.</summary>
    public required double JepaLoss { get; init; }

    /// <summary>The health of the student's vectors, on some of the images, at the end of the epoch.</summary>
    public required FeatureHealth Health { get; init; }

    /// <summary>The length (Euclidean norm) of the student's gradient, mean over the epoch's steps.</summary>
    public required double StudentGradient { get; init; }

    /// <summary>The length (Euclidean norm) of the gradient of the projections, mean over the epoch's steps.</summary>
    public required double HeadGradient { get; init; }

    /// <summary>The accuracy of the frozen features on labeled images; <see langword="null"/> in an epoch without evaluation.</summary>
    public FrozenAccuracy? Accuracy { get; init; }
}
