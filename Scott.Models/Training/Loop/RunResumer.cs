using System.Text.Json.Nodes;
using Scott.Models.Weights;

namespace Scott.Models.Training;

/// <summary>Restores a run from a checkpoint, unless the checkpoint has other settings, images or networks.</summary>
internal sealed class RunResumer<TRecord>(
    TrainingRequest<TRecord> request, ITrainingMethod<TRecord> method, RunState<TRecord> state, string folder)
    where TRecord : TrainingRecord
{
    /// <summary>Restores networks, optimizer, plan and records.</summary>
    /// <exception cref="CheckpointException">Settings or images differ and the options forbid it, or the networks have other shapes.</exception>
    public async Task ResumeAsync(TrainingCheckpoint checkpoint, ImageIdentity images, CancellationToken cancellationToken)
    {
        (SavedState saved, List<TRecord> history) = ReadRecords(checkpoint);
        var comparison = new RunComparison(request.Run, request.Logger, folder);
        bool isSame = await comparison.RequireSameAsync(
            checkpoint.Options, method.Identity, saved.Images, images, cancellationToken).ConfigureAwait(true);
        TrainingPlan plan = method.Options.TimeBudget is null ? state.Plan : state.Plan.At(saved.Pace);
        if (!isSame)
        {
            RequireSameShapes(checkpoint.State);

            // Changed settings can end before the checkpoint. Its last record is then the result, if there is one.
            if (checkpoint.Steps > plan.TotalSteps && history.Count == 0)
            {
                throw OtherRun(
                    $"its checkpoint is of step {checkpoint.Steps}, and the changed settings end at step {plan.TotalSteps}. "
                    + "Train for more epochs, or choose another folder.");
            }
        }

        state.Plan = plan;
        method.Runner.Restore(checkpoint.State, checkpoint.Steps);
        state.Restore(saved, history, checkpoint.Best);
        state.EndedEarly &= isSame;
        if (!IsJudgedAlike(saved, images) && !state.IsTrained)
        {
            RunLog.JudgedOtherwise(request.Logger);
            state.ForgetBest();
            DiskFault.TryDelete(Path.Combine(folder, RunFolder<TRecord>.BestModelFile));
        }

        RunLog.Resumed(request.Logger, checkpoint.Steps, folder);
    }

    /// <summary>Whether the best epoch so far can be compared with later ones. Earlier versions did not keep what judged it.</summary>
    private bool IsJudgedAlike(SavedState saved, ImageIdentity images) =>
        saved.Best is null || saved.Judge is null || method.Judge is null
        || (saved.Judge == method.Judge
            && saved.Images?.GetValueOrDefault(ImageSet.Validation) == images.Digests.GetValueOrDefault(ImageSet.Validation));

    private CheckpointException OtherRun(string detail, Exception? innerException = null) =>
        RunComparison.OtherRun(folder, detail, innerException);

    private (SavedState Saved, List<TRecord> History) ReadRecords(TrainingCheckpoint checkpoint)
    {
        try
        {
            JsonNode run = JsonNode.Parse(checkpoint.Run)!;
            EpochSums.NameFigures(run["epoch"]);
            return (run.Deserialize(TrainingJsonContext.Default.SavedState)!, JsonSerializer.Deserialize(checkpoint.History, method.HistoryFormat)!);
        }
        catch (JsonException exception)
        {
            string fault = $"its records are of another kind of run, or of another version of the library: {exception.Message}";
            throw OtherRun($"{fault} Choose another folder.", exception);
        }
    }

    /// <summary>Refuses a checkpoint of other networks, which no option can make fit.</summary>
    private void RequireSameShapes(WeightSet stored)
    {
        WeightSet expected = method.Runner.Export();
        string? difference = expected.Select(tensor => Difference(tensor, stored)).FirstOrDefault(found => found is not null)
            ?? stored.Where(tensor => !expected.TryGet(tensor.Name, out _))
                .Select(tensor => $"'{tensor.Name}' is there; expected no such tensor").FirstOrDefault();
        if (difference is not null)
        {
            throw OtherRun(
                $"its networks are of another architecture: {difference}. AllowChangedOptions cannot make them fit. "
                + "Restore architecture, head and scope, or choose another folder.");
        }
    }

    private static string? Difference(WeightTensor expected, WeightSet state) =>
        !state.TryGet(expected.Name, out WeightTensor? stored) ? $"'{expected.Name}' is missing"
        : stored.Shape.SequenceEqual(expected.Shape) ? null
        : $"'{expected.Name}' is {WeightTensor.Describe(stored.Shape)}; expected {WeightTensor.Describe(expected.Shape)}";
}

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
