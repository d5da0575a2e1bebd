namespace Scott.Models.Cli;

/// <summary>Lists the files of a run.</summary>
internal static class WrittenFiles
{
    /// <param name="folder">The run's folder.</param>
    /// <param name="files">The files that may be there: name and content.</param>
    /// <param name="screen">Where to print it.</param>
    public static void Print(string folder, IEnumerable<(string Name, string Holds)> files, Screen screen)
    {
        screen.Say("Written:");
        foreach ((string name, string holds) in files)
        {
            string path = Path.Combine(folder, name);
            if (Path.Exists(path))
                screen.Say($"  {path}: {holds}");
        }
    }

    /// <summary>The paths of those that are there.</summary>
    public static string[] Find(string folder, IEnumerable<(string Name, string Holds)> files) =>
        [.. files.Select(file => Path.Combine(folder, file.Name)).Where(Path.Exists)];
}
