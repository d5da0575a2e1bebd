using Samples.Shared;

namespace PretrainAndFineTune.Display;

/// <summary>Chooses how a run is shown: a bar and lines above it on a terminal, else lines alone.</summary>
internal static class RunView
{
    public static Task<T> ShowAsync<T>(Screen screen, EpochLines lines, Func<IRunView, Task<T>> work) =>
        screen.Output.Profile.Capabilities.Interactive && !Console.IsOutputRedirected
            ? BarView.ShowAsync(screen.Output, lines, work)
            : work(new LineView(screen, lines));
}
