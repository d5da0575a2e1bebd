using System.Globalization;
using PretrainAndFineTune.Display;
using PretrainAndFineTune.FineTune;
using PretrainAndFineTune.Running;
using Samples.Shared;
using Spectre.Console;

namespace PretrainAndFineTune.Compare;

/// <summary>Several fine-tuning runs, and a table of how their classifiers do on the same test images.</summary>
internal sealed class CompareRun(IReadOnlyList<(string Name, FineTuneOptions Options)> runs, Screen screen)
{
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        foreach ((_, FineTuneOptions options) in runs)
        {
            options.Validate();
            options.OpenImages();
        }

        Table table = new Table().AddColumns(string.Empty, "epochs", "test top-1", "mean per class", "time", "same class in ONNX", "largest difference");
        foreach ((string name, FineTuneOptions options) in runs)
        {
            try
            {
                FineTuned tuned = await new FineTuneRun(options, screen).CarryOutAsync(cancellationToken);
                TestResult test = tuned.Test!;
                table.AddRow(
                    name,
                    tuned.Result.History[^1].Epoch.ToString(CultureInfo.InvariantCulture),
                    Figures.Share(test.Metrics.Top1),
                    Figures.Share(test.Metrics.MeanPerClassTop1),
                    Figures.Time(tuned.Result.History[^1].ElapsedSeconds),
                    $"{test.SameClass} of {test.Metrics.Images}",
                    Figures.Number(test.LargestDifference, "0.0E-0"));
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return Interruption.Report(options.OutputPath, options.Arguments, screen);
            }
        }

        screen.Output.Write(table);
        return ExitCode.Success;
    }
}
