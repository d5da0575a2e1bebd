using ExtractFeatures.Demo;
using ExtractFeatures.Inputs;
using ExtractFeatures.Options;
using ExtractFeatures.Running;
using Samples.Shared;
using Scott.Models.Foundation;

namespace ExtractFeatures;

/// <summary>The program behind its command line: a run over the user's images, or the demo without any.</summary>
internal static class App
{
    public static Task<int> RunAsync(ExtractOptions options)
    {
        var screen = new Screen(options.IsQuiet);
        return Guard.RunAsync(screen, async cancellationToken =>
        {
            options.Validate();
            try
            {
                return options.Inputs.Count == 0
                    ? await DemoRun.RunAsync(options, screen, cancellationToken)
                    : await ExtractAsync(options, screen, cancellationToken);
            }
            catch (NativeLibraryException exception) when (exception.LibraryName.Contains("torch", StringComparison.OrdinalIgnoreCase))
            {
                screen.Error($"{Faults.Describe(exception)} For this sample: build with -p:ScottUsesTorch=true.");
                return ExitCode.Failed;
            }
        });
    }

    private static async Task<int> ExtractAsync(ExtractOptions options, Screen screen, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> images = InputExpansion.Expand(options.Inputs);
        RunSummary summary = await new ExtractionRun(options, screen).RunAsync(images, [], cancellationToken);
        RunReport.Print(summary, screen);
        return summary.ExitCode;
    }
}
