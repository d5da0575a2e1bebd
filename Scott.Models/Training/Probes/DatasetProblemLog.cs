using Scott.Models.Datasets;

namespace Scott.Models.Training;

/// <summary>Tells the app's log what is wrong with a run's datasets. It names an unreadable image only once. Thread-safe.</summary>
internal sealed partial class DatasetProblemLog(ILogger logger)
{
    private readonly ConcurrentDictionary<string, bool> _told = new(StringComparer.Ordinal);

    public void Tell(string name, Exception exception)
    {
        if (_told.TryAdd(name, true))
            Unreadable(logger, name, exception);
    }

    /// <summary>What looks wrong about a dataset before it is read.</summary>
    public void TellSuspect(IImageDataset dataset, string split)
    {
        foreach (string warning in DatasetWarnings.Of(dataset, split))
            LogSuspect(logger, warning);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Warning}")]
    private static partial void LogSuspect(ILogger logger, string warning);

    [LoggerMessage(Level = LogLevel.Warning, Message = "'{Name}' cannot be read and is left out.")]
    private static partial void Unreadable(ILogger logger, string name, Exception exception);
}
