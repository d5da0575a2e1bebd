using Scott.Models.Datasets;
using Scott.Models.Inference;

namespace Scott.Models.Cli;

/// <summary>The inputs of a job as the command line names them: files, folders, globs, tar archives, lists and addresses, none twice.</summary>
internal static class JobInputs
{
    /// <exception cref="UsageException">An argument names nothing.</exception>
    /// <exception cref="DatasetException">A CSV file lists no image.</exception>
    public static async Task<EmbeddingJobInputs> ReadAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        List<string> keys = [];
        foreach (string argument in arguments)
        {
            IEnumerable<string> found = await KeysAsync(argument, cancellationToken);
            keys.AddRange(found.Where(key => seen.Add(IsAddress(key) ? key : Path.GetFullPath(key))));
        }

        return EmbeddingJobInputs.FromFiles(keys);
    }

    private static async Task<IEnumerable<string>> KeysAsync(string argument, CancellationToken cancellationToken)
    {
        if (IsAddress(argument))
            return [argument];
        if (Directory.Exists(argument))
            return await FolderAsync(argument, cancellationToken);
        if (!File.Exists(argument))
            return InputFiles.Expand([argument]);

        string folder = Path.GetDirectoryName(argument) ?? string.Empty;
        switch (Path.GetExtension(argument).ToUpperInvariant())
        {
            case ".TXT":
                return File.ReadLines(argument).Where(line => line.Length > 0)
                    .Select(line => IsAddress(line) ? line : Path.Combine(folder, line));
            case ".CSV":
                ImageList list = await ImageList.FromCsvAsync(argument, cancellationToken);
                return Enumerable.Range(0, list.Count).Select(list.NameOf);
            default:
                return [argument];
        }
    }

    private static async Task<IReadOnlyList<string>> FolderAsync(string folder, CancellationToken cancellationToken)
    {
        List<string> paths = [];
        await foreach (string key in new FileImageStore(folder).ListAsync(cancellationToken))
            paths.Add(Path.Combine(folder, key));

        Check.That(paths.Count > 0, $"The folder '{folder}' holds no image and no tar archive.");
        return paths;
    }

    private static bool IsAddress(string key) =>
        key.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || key.StartsWith("http://", StringComparison.OrdinalIgnoreCase);
}
