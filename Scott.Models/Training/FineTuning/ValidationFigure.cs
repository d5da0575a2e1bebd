namespace Scott.Models.Training;

/// <summary>The figure on the validation images that decides which epoch was the best, and when a run stops early.</summary>
public enum ValidationFigure
{
    /// <summary>The share of images classified rightly.</summary>
    Top1,

    /// <summary>The mean of the classes' shares: every class counts alike, however many images it has.</summary>
    MeanPerClassTop1,

    /// <summary>The cross-entropy, of which less is better.</summary>
    Loss,
}
