namespace Scott.Models.Training;

/// <summary>How much a picture of each class counts in the loss.</summary>
public enum ClassBalance
{
    /// <summary>Every picture counts alike.</summary>
    None,

    /// <summary>Every class counts alike: a picture counts in inverse proportion to its class's number of training pictures.</summary>
    Balanced,
}
