using System.Text.Json.Nodes;

namespace Scott.Models.Training;

/// <summary>Compares the settings and images of a run with those of a checkpoint in its folder.</summary>
internal sealed class RunComparison(TrainingRunOptions run, ILogger logger, string folder)
{
    public static CheckpointException OtherRun(string folder, string detail, Exception? innerException = null) =>
        CheckpointException.CannotResume(CheckpointFault.OtherRun, folder, detail, innerException);

    /// <summary>Refuses a run that could not resume, before hours of preparation.</summary>
    /// <returns>What keeps other runs out of the folder until it is disposed.</returns>
    /// <exception cref="CheckpointException">Another run uses the folder, or its checkpoint has other settings or images.</exception>
    public static async Task<IDisposable?> BeginAsync(
        TrainingRunOptions run, ILogger logger, string identity, IReadOnlyList<ImageSet> sets, CancellationToken cancellationToken)
    {
        if (run.CheckpointFolder is null)
            return null;

        var store = new CheckpointStore(run.CheckpointFolder, run.KeptCheckpoints);
        var held = RunLock.Open(store.Folder, logger);
        try
        {
            if (!run.AllowChangedOptions
                && await store.ReadNewestAsync(_ => { }, cancellationToken).ConfigureAwait(true) is { } checkpoint
                && JsonNode.Parse(checkpoint.Run) is JsonObject saved)
            {
                var images = new ImageIdentity(sets, run, logger);
                await images.ReadAsync(cancellationToken).ConfigureAwait(true);
                Dictionary<string, string>? digests = saved["images"]?.AsObject().ToDictionary(entry => entry.Key, entry => $"{entry.Value}");
                await new RunComparison(run, logger, store.Folder).RequireSameAsync(
                    checkpoint.Options, identity, digests, images, cancellationToken).ConfigureAwait(true);
            }

            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Whether settings and images are the checkpoint's; logs each difference.</summary>
    public async Task<bool> RequireSameAsync(
        string options, string identity, IReadOnlyDictionary<string, string>? digests, ImageIdentity images, CancellationToken cancellationToken)
    {
        if (digests is null)
            RunLog.ImagesUnknown(logger, folder);

        IReadOnlyList<string> settings = SettingsJson.Differences(options, identity);
        IReadOnlyList<string> changed = digests is null ? []
            : await images.DifferencesAsync(digests, folder, cancellationToken).ConfigureAwait(true);
        if (settings.Count + changed.Count > 0 && !run.AllowChangedOptions)
        {
            string[] differences =
            [
                .. settings.Count > 0 ? [$"it started with other settings: {string.Join("; ", settings)}"] : Array.Empty<string>(),
                .. changed.Count > 0 ? [$"its images have changed since: {string.Join("; ", changed)}"] : Array.Empty<string>(),
            ];
            throw OtherRun(folder, $"{string.Join("; and ", differences)}. Restore them, choose another folder, or set AllowChangedOptions.");
        }

        foreach (string change in settings)
            RunLog.Changed(logger, change);

        foreach (string change in changed)
            RunLog.ChangedImages(logger, change);

        return settings.Count + changed.Count == 0;
    }
}
