using ExtractFeatures.Demo;
using ExtractFeatures.Inputs;
using ExtractFeatures.Options;
using ExtractFeatures.Running;

namespace ExtractFeatures;

/// <summary>The program behind its command line: a run over the user's pictures, or the demo without any.</summary>
internal static class App
{
    public static async Task<int> RunAsync(ExtractOptions options)
    {
        using var interrupt = new Interrupt();
        var screen = new Screen(options.IsQuiet);
        try
        {
            options.Validate();
            return options.Inputs.Count == 0
                ? await DemoRun.RunAsync(options, screen, interrupt.Token)
                : await ExtractAsync(options, screen, interrupt.Token);
        }
        catch (UsageException exception)
        {
            screen.Error(exception.Message);
            return ExitCode.Usage;
        }
        catch (OperationCanceledException) when (interrupt.Token.IsCancellationRequested)
        {
            screen.Error("Interrupted before anything was written.");
            return ExitCode.Interrupted;
        }
        catch (Exception exception) when (Faults.AreExpected(exception))
        {
            screen.Error(Faults.Describe(exception));
            return ExitCode.Failed;
        }
    }

    private static async Task<int> ExtractAsync(ExtractOptions options, Screen screen, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> pictures = InputExpansion.Expand(options.Inputs);
        RunSummary summary = await new ExtractionRun(options, screen).RunAsync(pictures, [], cancellationToken);
        RunReport.Print(summary, screen);
        return summary.ExitCode;
    }
}
