using Microsoft.Extensions.Logging;
using Scott.Models.Datasets;

namespace Scott.Models.Training;

/// <summary>What a run tells the app's log.</summary>
internal static partial class RunLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "'{Name}' cannot be read; the next image takes its place.")]
    public static partial void Unreadable(ILogger logger, string name, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Message}")]
    public static partial void Damaged(ILogger logger, string message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Resuming with a changed setting: {Change}.")]
    public static partial void Changed(ILogger logger, string change);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Resuming with changed images: {Change}.")]
    public static partial void ChangedImages(ILogger logger, string change);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The checkpoint in '{Folder}' was written by an earlier version, which did not record the images: whether they have changed cannot be told.")]
    public static partial void ImagesUnknown(ILogger logger, string folder);

    [LoggerMessage(Level = LogLevel.Information, Message = "Recording the images, to know them again when the run resumes: {Done} of {Total}.")]
    public static partial void RecordingImages(ILogger logger, long done, long total);

    [LoggerMessage(Level = LogLevel.Information, Message = "Resuming from step {Steps} in '{Folder}'.")]
    public static partial void Resumed(ILogger logger, long steps, string folder);

    /// <summary>What looks wrong about a dataset before it is read.</summary>
    public static void Dataset(ILogger logger, IImageDataset dataset, string split)
    {
        foreach (string warning in DatasetWarnings.Of(dataset, split))
        {
            Suspect(logger, warning);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Warning}")]
    private static partial void Suspect(ILogger logger, string warning);

    [LoggerMessage(Level = LogLevel.Information, Message = "Taking over '{Folder}' from a run that did not end: {Owner}.")]
    public static partial void TakenOver(ILogger logger, string folder, string owner);

    [LoggerMessage(Level = LogLevel.Error, Message = "What the run has learned since its last checkpoint could not be saved.")]
    public static partial void NotSaved(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The run stopped within step {Step}, so no checkpoint is written: the networks are not as a whole step leaves them.")]
    public static partial void StoppedWithinStep(ILogger logger, long step);

    [LoggerMessage(Level = LogLevel.Error, Message = "The run has ended, and its last files could not be written. Save its result elsewhere.")]
    public static partial void EndNotSaved(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Epoch {Epoch}: {Warning}")]
    public static partial void Warning(ILogger logger, int epoch, string warning);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Steps} steps fit the time budget of {Budget}.")]
    public static partial void Planned(ILogger logger, long steps, TimeSpan budget);

    [LoggerMessage(Level = LogLevel.Information, Message = "No better epoch since epoch {Epoch}: the run ends early.")]
    public static partial void OutOfPatience(ILogger logger, int epoch);
}
