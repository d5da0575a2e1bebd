using Scott.Models.Datasets;
using Scott.Models.Imaging;

namespace Scott.Models.Training;

/// <summary>Tells the app's log what is wrong with a run's datasets. It names an unreadable image only once. Thread-safe.</summary>
/// <param name="logger">The app's log.</param>
/// <param name="failsOnUnreadable">Whether an unreadable image is an error instead.</param>
internal sealed partial class DatasetProblemLog(ILogger logger, bool failsOnUnreadable = false)
{
    private readonly ConcurrentDictionary<string, bool> _told = new(StringComparer.Ordinal);

    /// <exception cref="DatasetException">The image cannot be read, and the settings make that an error.</exception>
    public void Tell(string name, Exception exception)
    {
        if (failsOnUnreadable)
            throw new DatasetException(name, exception.Message, exception, subject: "image");
        if (_told.TryAdd(name, true))
            Unreadable(logger, name, exception);
    }

    /// <summary>What looks wrong about a dataset before it is read.</summary>
    public void TellSuspect(IImageDataset dataset, string split)
    {
        foreach (string warning in DatasetWarnings.Of(dataset, split))
            LogSuspect(logger, warning);
    }

    /// <summary>Says if images that are measured are among those that something is learned from. Compares the paths of files.</summary>
    public void TellShared(IImageDataset learned, string learnedSplit, IImageDataset measured, string measuredSplit)
    {
        // Only the paths of the smaller side are kept.
        var wanted = Paths(measured).ToHashSet(StringComparer.Ordinal);
        var shared = Paths(learned).Where(wanted.Remove).ToHashSet(StringComparer.Ordinal);
        if (shared.Count > 0)
        {
            string images = FormattableString.Invariant($"{shared.Count} of {Plural.Of(measured.Count, $"{measuredSplit} image")}");
            LogShared(logger, $"{images} {(shared.Count == 1 ? "is a" : "are")} {learnedSplit} {(shared.Count == 1 ? "image" : "images")} too, "
                + $"so that results will look better than they are. The first: {Paths(measured).First(shared.Contains)}.");
        }
    }

    /// <summary>The paths of a dataset's files; none if the first image is not a file. A dataset of streams opens one for each image it is asked
    /// for.</summary>
    private static IEnumerable<string> Paths(IImageDataset dataset)
    {
        if (dataset.Count == 0 || !dataset.SourceOf(0).IsFile)
            yield break;

        for (int index = 0; index < dataset.Count; index++)
        {
            ImageSource source = dataset.SourceOf(index);
            if (source.FilePath is { Length: > 0 } path)
                yield return Path.GetFullPath(path) + (source.Page == 0 ? string.Empty : $"#page={source.Page}");
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Warning}")]
    private static partial void LogSuspect(ILogger logger, string warning);

    [LoggerMessage(Level = LogLevel.Warning, EventName = "SharedImages", Message = "{Warning}")]
    private static partial void LogShared(ILogger logger, string warning);

    [LoggerMessage(Level = LogLevel.Warning, Message = "'{Name}' cannot be read and is left out.")]
    private static partial void Unreadable(ILogger logger, string name, Exception exception);
}
