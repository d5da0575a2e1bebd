using ExtractFeatures.Options;

namespace ExtractFeatures.Running;

/// <summary>How a run went.</summary>
internal sealed record RunSummary
{
    public required ExtractOptions Options { get; init; }

    /// <summary>What computed.</summary>
    public required string Engine { get; init; }

    public required int Width { get; init; }

    /// <summary>The images given.</summary>
    public required int Total { get; init; }

    /// <summary>Those whose vectors were taken.</summary>
    public long Embedded { get; init; }

    /// <summary>Whether they are in the output file.</summary>
    public bool IsWritten { get; init; }

    public required SkippedImages Skipped { get; init; }

    /// <summary>The time from before the model was made to the first vector.</summary>
    public TimeSpan FirstVector { get; init; }

    /// <summary>The time that the images took, the model's and the engine's loading left out.</summary>
    public TimeSpan Elapsed { get; init; }

    public bool IsInterrupted { get; init; }

    /// <summary>Why the run ended early, if it was not a signal.</summary>
    public Exception? Failure { get; init; }

    public SimilarImages? Similar { get; init; }

    public double ImagesPerSecond => Elapsed > TimeSpan.Zero ? (Embedded + Skipped.Count) / Elapsed.TotalSeconds : 0;

    public int ExitCode => IsInterrupted ? Samples.Shared.ExitCode.Interrupted
        : Failure is not null || Embedded == 0 ? Samples.Shared.ExitCode.Failed
        : Skipped.Count > 0 ? Samples.Shared.ExitCode.SomeSkipped
        : Samples.Shared.ExitCode.Success;
}
