namespace Scott.Models.Datasets;

/// <summary>Finds, reads and checks the files of published datasets.</summary>
internal static class PublishedFiles
{
    /// <summary>The folder, if everything is in it.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="DatasetFormatException">Something is not in it.</exception>
    public static string RequireFolder(string folder, string dataset, params IEnumerable<string> entries)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ImageFolder.Existing(folder);
        string[] missing = [.. entries.Where(entry => !Exists(Path.Combine(folder, entry)))];
        return missing.Length == 0
            ? folder
            : throw new DatasetFormatException(
                folder, DatasetFault.MissingFile,
                $"it lacks {string.Join(", ", missing)}; expected {dataset} there. Unpack all of the dataset's archives into it.");
    }

    /// <summary>The split itself, if each of its classes has an image.</summary>
    /// <exception cref="DatasetFormatException">A class has none.</exception>
    public static IImageDataset RequireFilled(IImageDataset split, string path, string name)
    {
        if (split.Count == 0)
            throw new DatasetFormatException(path, DatasetFault.NoImages, $"its split {name} has no image; expected some of every class.");

        var filled = Enumerable.Range(0, split.Count).Select(split.LabelOf).ToHashSet();
        string[] empty = [.. split.ClassNames.Where((_, label) => !filled.Contains(label))];
        string classes = empty.Length == 1 ? "the class has" : "the classes have";
        return empty.Length == 0
            ? split
            : throw new DatasetFormatException(
                path, DatasetFault.EmptyClass, $"of its split {name} {classes} no image: {Quoted.Names(empty)}. Expected some of every class.");
    }

    /// <exception cref="DatasetFormatException">The file is not UTF-8.</exception>
    public static Task<string> ReadTextAsync(string path, CancellationToken cancellationToken) => StrictText.ReadAsync(
        path,
        error => new DatasetFormatException(path, DatasetFault.MalformedText, "it is not UTF-8 text. Fetch it again.", error),
        cancellationToken);

    /// <summary>A text file's lines without white space around them, each with its number from 1; empty ones are left out.</summary>
    public static async Task<IEnumerable<(int Line, string Text)>> ReadLinesAsync(string path, CancellationToken cancellationToken)
    {
        string text = await ReadTextAsync(path, cancellationToken).ConfigureAwait(false);
        return text.Split('\n').Select((line, i) => (Line: i + 1, Text: line.Trim())).Where(line => line.Text.Length > 0);
    }

    private static bool Exists(string path) => path.EndsWith('/') ? Directory.Exists(path) : File.Exists(path);
}
