using Scott.Models.Torch;

namespace Scott.Models.Training;

/// <summary>The messages of a run to the app's log.</summary>
internal static partial class RunLog
{
    [LoggerMessage(LogLevel.Warning, "'{Name}' cannot be read; the next image takes its place.")]
    public static partial void Unreadable(ILogger logger, string name, Exception exception);

    [LoggerMessage(LogLevel.Warning, "{Message}")]
    public static partial void Damaged(ILogger logger, string message);

    [LoggerMessage(LogLevel.Warning, "Resuming with a changed setting: {Change}.")]
    public static partial void Changed(ILogger logger, string change);

    [LoggerMessage(
        LogLevel.Information,
        "The run continues in {First}, as it began; a new run would choose {Better} here. Set Precision to change that, and AllowChangedOptions.")]
    public static partial void KeepsPrecision(ILogger logger, TrainingPrecision first, TrainingPrecision better);

    [LoggerMessage(LogLevel.Warning, "Resuming with changed images: {Change}.")]
    public static partial void ChangedImages(ILogger logger, string change);

    [LoggerMessage(
        LogLevel.Warning, "The checkpoint in '{Folder}' is from an earlier version, which did not record the images. They may have changed.")]
    public static partial void ImagesUnknown(ILogger logger, string folder);

    [LoggerMessage(LogLevel.Information, "Recording the images, to compare them when the run resumes: {Done} of {Total}.")]
    public static partial void RecordingImages(ILogger logger, long done, long total);

    [LoggerMessage(LogLevel.Information, "Resuming from step {Steps} in '{Folder}'.")]
    public static partial void Resumed(ILogger logger, long steps, string folder);

    [LoggerMessage(
        LogLevel.Warning, "Another figure, or other images, now decide which epoch is the best. The best epoch so far no longer counts.")]
    public static partial void JudgedOtherwise(ILogger logger);

    [LoggerMessage(
        LogLevel.Warning,
        "The run now sets other images aside for validation. It may have learned from some of them before, so its figures may look too good.")]
    public static partial void ValidatesOthers(ILogger logger);

    [LoggerMessage(LogLevel.Information, "Taking over '{Folder}' from a run that did not end: {Owner}.")]
    public static partial void TakenOver(ILogger logger, string folder, string owner);

    [LoggerMessage(LogLevel.Error, "What the run has learned since its last checkpoint could not be saved.")]
    public static partial void ProgressNotSaved(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Error, "The records and the report of the stopped run could not be written.")]
    public static partial void RecordsNotSaved(ILogger logger, Exception exception);

    [LoggerMessage(
        LogLevel.Warning, "The run stopped within step {Step}. It writes no checkpoint, because its networks are not as a whole step leaves them.")]
    public static partial void StoppedWithinStep(ILogger logger, long step);

    [LoggerMessage(LogLevel.Error, "The run has ended, and its last files could not be written. Save its result elsewhere.")]
    public static partial void EndNotSaved(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Warning, "Epoch {Epoch}: {Warning}")]
    public static partial void Warning(ILogger logger, int epoch, string warning);

    [LoggerMessage(LogLevel.Information, "{Steps} steps fit the time budget of {Budget}.")]
    public static partial void Planned(ILogger logger, long steps, TimeSpan budget);

    [LoggerMessage(LogLevel.Information, "No better epoch since epoch {Epoch}: the run ends early.")]
    public static partial void OutOfPatience(ILogger logger, int epoch);
}
