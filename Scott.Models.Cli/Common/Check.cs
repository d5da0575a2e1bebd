namespace Scott.Models.Cli;

/// <summary>Turns impossible requests into usage errors.</summary>
internal static class Check
{
    /// <exception cref="UsageException">The condition does not hold.</exception>
    public static void That(bool condition, string message)
    {
        if (!condition)
            throw new UsageException(message);
    }

    /// <exception cref="UsageException">A folder does not exist.</exception>
    public static void Folders(params IEnumerable<string?> folders)
    {
        foreach (string folder in folders.OfType<string>())
            That(Directory.Exists(folder), $"The folder '{folder}' does not exist.");
    }

    /// <exception cref="UsageException">There is no such folder or file.</exception>
    public static void FoldersOrFiles(params IEnumerable<string?> paths)
    {
        foreach (string path in paths.OfType<string>())
            That(Path.Exists(path), $"'{path}' does not exist; expected a CSV file or a folder.");
    }

    /// <exception cref="UsageException">There is no such folder or CSV list.</exception>
    public static void FoldersOrLists(params IEnumerable<string?> paths)
    {
        string[] given = [.. paths.OfType<string>()];
        FoldersOrFiles(given);
        foreach (string path in given.Where(each => !Directory.Exists(each)))
            That(ImageInputs.IsList(path), $"'{path}' is a file; expected a folder of images, or a list of them in a file that ends in .csv.");
    }

    /// <summary>Tries an output file before the work that it is for.</summary>
    /// <exception cref="UsageException">No file of that name can be written there.</exception>
    public static void OutputFile(string? output)
    {
        if (output is null)
            return;

        string folder = Path.GetDirectoryName(Path.GetFullPath(output)) ?? string.Empty;
        That(Directory.Exists(folder), $"The folder of '{output}' does not exist; make it first.");
        That(!Directory.Exists(output), $"'{output}' is a folder; expected the name of a file.");
        try
        {
            using FileStream trial = new(
                Path.Combine(folder, Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0,
                FileOptions.DeleteOnClose);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"'{output}' cannot be written: {exception.Message}", exception);
        }
    }

    /// <summary>Runs the library's own checks.</summary>
    /// <exception cref="UsageException">They fail.</exception>
    public static void Legal(Action validate) => Legal(() =>
    {
        validate();
        return true;
    });

    /// <summary>Creates an object of the library.</summary>
    /// <exception cref="UsageException">An option is not legal.</exception>
    public static T Legal<T>(Func<T> make)
    {
        try
        {
            return make();
        }
        catch (ScottConfigurationException exception)
        {
            throw new UsageException(exception.Message, exception);
        }
    }
}
