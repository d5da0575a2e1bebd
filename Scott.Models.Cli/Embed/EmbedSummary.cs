using Scott.Models.Foundation;

namespace Scott.Models.Cli;

/// <summary>How a run went, and how that is said.</summary>
internal sealed record EmbedSummary
{
    public required EmbedOptions Options { get; init; }

    /// <summary>The engine that computed the vectors.</summary>
    public required string Engine { get; init; }

    public required int Width { get; init; }

    /// <summary>The images given.</summary>
    public required int Total { get; init; }

    /// <summary>The images whose vectors were taken.</summary>
    public long Embedded { get; init; }

    /// <summary>Whether they are in the output file.</summary>
    public bool IsWritten { get; init; }

    public required SkippedImages Skipped { get; init; }

    /// <summary>The time from before the model was loaded to the first vector.</summary>
    public TimeSpan FirstVector { get; init; }

    /// <summary>The time that the images took, without loading the model and the engine.</summary>
    public TimeSpan Elapsed { get; init; }

    public bool IsInterrupted { get; init; }

    /// <summary>Why the run ended early, if not by a signal.</summary>
    public Exception? Failure { get; init; }

    public double ImagesPerSecond => Elapsed > TimeSpan.Zero ? (Embedded + Skipped.Count) / Elapsed.TotalSeconds : 0;

    public int ExitCode => IsInterrupted ? Cli.ExitCode.Interrupted
        : Failure is not null || Embedded == 0 ? Cli.ExitCode.Failed
        : Skipped.Count > 0 ? Cli.ExitCode.SomeSkipped
        : Cli.ExitCode.Success;

    public void Print(Screen screen)
    {
        Skipped.Print(screen);
        if (Failure is not null)
            screen.Error(Faults.Describe(Failure));

        string what = Options.Tiles is null ? $"{Embedded}" : Plural.Of(Embedded, "tile");
        string written = string.Create(CultureInfo.InvariantCulture, $"{what} of {Plural.Of(Total, "image")}");
        if (IsInterrupted || Failure is not null)
        {
            string where = IsWritten ? $"{written} are in {Options.OutputPath}" : "nothing was written";
            screen.Warn($"{(IsInterrupted ? "Interrupted" : "Ended early")}: {where}.");
        }
        else if (Embedded == 0)
        {
            screen.Error("No image could be embedded; nothing was written.");
        }
        else
        {
            screen.Say($"Wrote {written}, {Plural.Of(Width, "number")} each, to {Options.OutputPath}.");
            string unit = Options.Tiles is null ? "images" : "tiles";
            screen.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"{ImagesPerSecond:F1} {unit}/s by {Engine}; the first vector {FirstVector.TotalSeconds:F2} s after loading began."));
        }

        if (IsWritten && Options is { OutputFormat: OutputFormat.Npy, HasTokens: false } && NpyWriter.FindTokens(Options.OutputPath) is { } tokens)
            screen.Warn($"'{tokens}' is of an earlier run and does not belong to these vectors.");

        screen.Result(new
        {
            output = IsWritten ? Options.OutputPath : null,
            model = Options.Inference.Model,
            engine = Engine,
            width = Width,
            images = Total,
            embedded = Embedded,
            skipped = Skipped.ToJson(),
            imagesPerSecond = ImagesPerSecond,
            firstVectorSeconds = FirstVector.TotalSeconds,
            isInterrupted = IsInterrupted,
            error = Failure is null ? null : Faults.Describe(Failure),
        });
    }
}
