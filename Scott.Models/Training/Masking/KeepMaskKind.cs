namespace Scott.Models.Training;

/// <summary>How the visible patches of a pre-training step are drawn.</summary>
public enum KeepMaskKind
{
    /// <summary>Rectangles of visible patches, added until enough are visible.</summary>
    Blockwise,
    /// <summary>Random visible patches, independent of each other.</summary>
    Uniform,
}
