using Samples.Shared;
using Scott.Models.Foundation;

namespace PretrainAndFineTune.Running;

/// <summary>Turns what cannot be into usage errors.</summary>
internal static class Check
{
    /// <exception cref="UsageException">It does not hold.</exception>
    public static void That(bool condition, string message)
    {
        if (!condition)
        {
            throw new UsageException(message);
        }
    }

    /// <exception cref="UsageException">One is not there.</exception>
    public static void Folders(params IEnumerable<string?> folders)
    {
        foreach (string folder in folders.OfType<string>())
        {
            That(Directory.Exists(folder), $"The folder '{folder}' does not exist.");
        }
    }

    /// <summary>The library's own checks.</summary>
    /// <exception cref="UsageException">They fail.</exception>
    public static void Legal(Action validate)
    {
        try
        {
            validate();
        }
        catch (ScottConfigurationException exception)
        {
            throw new UsageException(exception.Message, exception);
        }
    }
}
