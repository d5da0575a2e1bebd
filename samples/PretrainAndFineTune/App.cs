using PretrainAndFineTune.Demo;
using PretrainAndFineTune.Pretrain;
using Samples.Shared;

namespace PretrainAndFineTune;

/// <summary>The program behind its command line.</summary>
internal static class App
{
    public static Task<int> PretrainAsync(PretrainOptions options)
    {
        var screen = new Screen(isQuiet: false);
        return Guard.RunAsync(screen, cancellationToken => new PretrainRun(options, screen).RunAsync(cancellationToken));
    }

    public static Task<int> DemoAsync(PretrainCommand command)
    {
        var screen = new Screen(isQuiet: false);
        return Guard.RunAsync(screen, cancellationToken => DemoRun.RunAsync(command, screen, cancellationToken));
    }
}
