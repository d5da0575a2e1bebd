using Microsoft.Extensions.Logging;

namespace Scott.Models.Training;

/// <summary>
/// Writes a run's files. A fault of the file system is a <see cref="CheckpointException"/>; once all steps are taken it is kept instead of thrown, so that
/// the finished model is not lost with its last checkpoint.
/// </summary>
/// <param name="folder">The run's, or <see langword="null"/> if it writes no files.</param>
/// <param name="isTrained">Whether all steps are taken.</param>
/// <param name="logger">Told what is kept.</param>
internal sealed class RunFiles(string? folder, Func<bool> isTrained, ILogger logger)
{
    /// <summary>Where events for TensorBoard go, below the run's folder.</summary>
    public const string TensorBoardFolder = "tensorboard";

    /// <summary>The full path of the run's folder.</summary>
    public string? Folder { get; } = folder is null ? null : Path.GetFullPath(folder);

    /// <summary>Why a file could not be written after the last step; the first such error.</summary>
    public CheckpointException? Error { get; private set; }

    /// <param name="write">Given the folder; not called if there is none.</param>
    /// <exception cref="CheckpointException">The disk is full, or the folder cannot be written, and steps remain.</exception>
    public async Task WriteAsync(Func<string, Task> write)
    {
        if (Folder is null)
        {
            return;
        }

        try
        {
            await write(Folder).ConfigureAwait(true);
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            var error = CheckpointException.Writing(Folder, exception);
            if (!isTrained())
            {
                throw error;
            }

            RunLog.EndNotSaved(logger, error);
            Error ??= error;
        }
    }
}
