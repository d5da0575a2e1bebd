using Spectre.Console;

namespace Scott.Models.Cli;

/// <summary>Several fine-tuning runs, and a table of their classifiers on the same test images.</summary>
/// <param name="runs">At least one, each in a folder of its own below the same folder.</param>
/// <param name="screen">Where to print.</param>
internal sealed class CompareRun(IReadOnlyList<(string Name, FineTuneOptions Options)> runs, Screen screen)
{
    private readonly List<object> _results = [];
    private readonly Table _table = new Table().AddColumns(
        string.Empty, "epochs", "test top-1", "mean per class", "time", "same class in ONNX", "largest difference");

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        foreach ((_, FineTuneOptions options) in runs)
        {
            options.Validate();
            await options.OpenImagesAsync(cancellationToken);
        }

        long unreadable = 0;
        try
        {
            foreach ((string name, FineTuneOptions options) in runs)
            {
                // All runs have the same test images: they are checked, and each one that is left out is named, once.
                bool isFirst = _results.Count == 0;
                FineTuned tuned = await new FineTuneRun(options, screen).CarryOutAsync(checksTest: isFirst, cancellationToken);
                TestResult test = tuned.Test!;
                if (isFirst)
                    test.Skipped.Print(screen);

                unreadable = Math.Max(unreadable, test.Skipped.Count);
                Add(name, options, tuned, test);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Print(isInterrupted: true);
            return ExitCode.Interrupted;
        }

        Print(isInterrupted: false);
        TestFigures.WarnOf(unreadable, screen);
        return unreadable > 0 ? ExitCode.SomeSkipped : ExitCode.Success;
    }

    private void Add(string name, FineTuneOptions options, FineTuned tuned, TestResult test)
    {
        int epochs = tuned.Result.History[^1].Epoch;
        double seconds = tuned.Result.History[^1].ElapsedSeconds;
        _results.Add(new { name, folder = options.OutputPath, epochs, seconds, test = FineTuneReport.ToJson(test) });
        _table.AddRow(
            name,
            epochs.ToString(CultureInfo.InvariantCulture),
            Figures.Share(test.Metrics.Top1),
            Figures.Share(test.Metrics.MeanPerClassTop1),
            Figures.Time(seconds),
            $"{test.SameClass} of {test.Metrics.Images}",
            Figures.Number(test.LargestDifference, "0.0E-0"));
    }

    /// <summary>Prints the finished runs.</summary>
    private void Print(bool isInterrupted)
    {
        if (_results.Count > 0)
            screen.Output.Write(_table);

        FineTuneOptions first = runs[0].Options;
        string folder = Path.GetDirectoryName(first.OutputPath)!;
        bool isSaved = runs.Any(run => Interruption.HasSaved(run.Options.OutputPath));
        if (isInterrupted)
            Interruption.Warn(folder, isSaved, first.Command, screen);

        screen.Result(new { isInterrupted, folder, isSaved, resumeCommand = isInterrupted ? first.Command : null, runs = _results });
    }
}
