using Samples.Shared;

namespace PretrainAndFineTune.Running;

/// <summary>Lists what a run wrote.</summary>
internal static class WrittenFiles
{
    /// <param name="folder">The run's.</param>
    /// <param name="files">What may be there: its name and what it holds.</param>
    /// <param name="screen">Where to.</param>
    public static void Print(string folder, IEnumerable<(string Name, string Holds)> files, Screen screen)
    {
        screen.Say("Written:");
        foreach ((string name, string holds) in files)
        {
            string path = Path.Combine(folder, name);
            if (Path.Exists(path))
            {
                screen.Say($"  {path}: {holds}");
            }
        }
    }
}
