using Scott.Models.Foundation;

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

    /// <exception cref="UsageException">The folder of an output file does not exist.</exception>
    public static void FolderOf(string? output)
    {
        if (output is not null)
            That(Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(output))!), $"The folder of '{output}' does not exist; make it first.");
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
