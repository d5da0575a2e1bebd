namespace Scott.Models.Inference;

/// <summary>What a detector has learned: all that its file holds besides the options. Immutable.</summary>
internal sealed record AnomalyKnowledge
{
    public required PatchBank Bank { get; init; }

    /// <summary><see langword="null"/> if the vectors are not standardized.</summary>
    public required PatchStandardization? Standardization { get; init; }

    public required AnomalyThreshold Threshold { get; init; }

    /// <summary>The median score of the patches of normal images, drawn as black.</summary>
    public required float NormalPatchScore { get; init; }

    /// <summary>How many normal images were learned.</summary>
    public required int Images { get; init; }

    /// <summary>The score of each patch of an image, whose vectors are changed.</summary>
    public float[] Score(float[] features)
    {
        Standardization?.Apply(features);
        return Bank.Score(features);
    }
}
