namespace Scott.Models;

/// <summary>An anomaly detector cannot learn from the images it was given. Nothing was written.</summary>
public sealed class AnomalyTrainingException : ScottException
{
    internal AnomalyTrainingException(AnomalyTrainingFault fault, string detail, int readable, int unreadable, Exception? innerException = null)
        : base($"The anomaly detector cannot learn: {detail}", innerException) =>
        (Fault, ReadableImages, UnreadableImages) = (fault, readable, unreadable);

    /// <summary>What is wrong.</summary>
    public AnomalyTrainingFault Fault { get; }

    /// <summary>How many images could be read.</summary>
    public int ReadableImages { get; }

    /// <summary>How many images could not be read.</summary>
    public int UnreadableImages { get; }

    /// <summary>The least number of readable images that is enough; 0 if more images do not help.</summary>
    public int RequiredImages { get; internal init; }
}

/// <summary>Why an anomaly detector cannot learn.</summary>
public enum AnomalyTrainingFault
{
    /// <summary>There are no images.</summary>
    NoImages,
    /// <summary>There are images, but none can be read.</summary>
    AllUnreadable,
    /// <summary>Fewer than two images can be read, or fewer than the false-alarm rate needs.</summary>
    TooFewImages,
    /// <summary>The model computes numbers for an image that are not finite, or too large to compare.</summary>
    Features,
}
