using Scott.Models.Training;

namespace Scott.Models.Cli;

/// <summary>Lists the files of a run.</summary>
internal static class WrittenFiles
{
    /// <summary>The file of the model after the last step.</summary>
    public const string ModelFile = "model.safetensors";

    /// <summary>The files of a run that trains a backbone.</summary>
    /// <param name="best">The best epoch of the run, whose model has a file; <see langword="null"/> for none, even if an earlier run left a
    /// file.</param>
    public static IReadOnlyList<(string Name, string Holds)> OfBackbone(BestEpoch? best) =>
    [
        (ModelFile, "the model after the last step"),
        .. best is null ? [] : ((string Name, string Holds)[])[("best.safetensors", "the model after the best epoch")],
        ("report.html", "the run as curves"),
        ("metrics.jsonl", "every epoch's figures"),
        ("tensorboard", "the same for TensorBoard"),
    ];

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
