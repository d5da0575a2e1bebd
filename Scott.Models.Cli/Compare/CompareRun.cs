using Spectre.Console;

namespace Scott.Models.Cli;

/// <summary>Several fine-tuning runs, and a table of their classifiers on the same test images.</summary>
internal sealed class CompareRun(IReadOnlyList<(string Name, FineTuneOptions Options)> runs, Screen screen)
{
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        foreach ((_, FineTuneOptions options) in runs)
        {
            options.Validate();
            await options.OpenImagesAsync(cancellationToken);
        }

        Table table = new Table().AddColumns(
            string.Empty, "epochs", "test top-1", "mean per class", "time", "same class in ONNX", "largest difference");
        List<object> results = [];
        foreach ((string name, FineTuneOptions options) in runs)
        {
            try
            {
                FineTuned tuned = await new FineTuneRun(options, screen).CarryOutAsync(cancellationToken);
                TestResult test = tuned.Test!;
                int epochs = tuned.Result.History[^1].Epoch;
                double seconds = tuned.Result.History[^1].ElapsedSeconds;
                results.Add(new { name, folder = options.OutputPath, epochs, seconds, test = FineTuneReport.ToJson(test) });
                table.AddRow(
                    name,
                    epochs.ToString(CultureInfo.InvariantCulture),
                    Figures.Share(test.Metrics.Top1),
                    Figures.Share(test.Metrics.MeanPerClassTop1),
                    Figures.Time(seconds),
                    $"{test.SameClass} of {test.Metrics.Images}",
                    Figures.Number(test.LargestDifference, "0.0E-0"));
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return Interruption.Report(options.OutputPath, options.Command, screen);
            }
        }

        screen.Output.Write(table);
        screen.Result(results);
        return ExitCode.Success;
    }
}
