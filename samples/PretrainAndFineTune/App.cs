using PretrainAndFineTune.Both;
using PretrainAndFineTune.Compare;
using PretrainAndFineTune.Demo;
using PretrainAndFineTune.Evaluate;
using PretrainAndFineTune.FineTune;
using PretrainAndFineTune.Pretrain;
using Samples.Shared;

namespace PretrainAndFineTune;

/// <summary>The program behind its command line.</summary>
internal static class App
{
    public static Task<int> PretrainAsync(PretrainOptions options) => RunAsync(async (screen, cancellationToken) =>
    {
        int code = await new PretrainRun(options, screen).RunAsync(cancellationToken);
        if (code == ExitCode.Success)
        {
            PretrainReport.SuggestNext(options, screen);
        }

        return code;
    });

    public static Task<int> FineTuneAsync(FineTuneOptions options) => RunAsync((screen, cancellationToken) => new FineTuneRun(options, screen).RunAsync(cancellationToken));

    public static Task<int> BothAsync((PretrainOptions Pretrain, FineTuneOptions FineTune) options) =>
        RunAsync((screen, cancellationToken) => BothCommand.RunAsync(options, screen, cancellationToken));

    public static Task<int> CompareAsync(IReadOnlyList<(string Name, FineTuneOptions Options)> runs) =>
        RunAsync((screen, cancellationToken) => new CompareRun(runs, screen).RunAsync(cancellationToken));

    public static Task<int> EvaluateAsync(EvaluateOptions options) => RunAsync((screen, cancellationToken) => new EvaluateRun(options, screen).RunAsync(cancellationToken));

    public static Task<int> DemoAsync(BothCommand command) => RunAsync((screen, cancellationToken) => DemoRun.RunAsync(command, screen, cancellationToken));

    private static Task<int> RunAsync(Func<Screen, CancellationToken, Task<int>> work)
    {
        var screen = new Screen(isQuiet: false);
        return Guard.RunAsync(screen, cancellationToken => work(screen, cancellationToken));
    }
}
