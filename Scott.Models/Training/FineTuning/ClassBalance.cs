namespace Scott.Models.Training;

/// <summary>How much an image of each class counts in the loss.</summary>
public enum ClassBalance
{
    /// <summary>Every image counts alike.</summary>
    None,

    /// <summary>Every class counts alike: an image counts in inverse proportion to its class's number of training images.</summary>
    Balanced,
}
