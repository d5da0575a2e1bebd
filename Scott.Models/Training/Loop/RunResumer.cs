using System.Text.Json.Nodes;
using Scott.Models.Weights;

namespace Scott.Models.Training;

/// <summary>Restores a run from a checkpoint, unless the checkpoint has other settings, images or networks.</summary>
internal sealed class RunResumer<TRecord>(
    TrainingRequest<TRecord> request, ITrainingMethod<TRecord> method, RunState<TRecord> state, string folder)
    where TRecord : TrainingRecord
{
    /// <summary>A run that has used up its time budget does not train longer for a smaller share of its steps: its time was never exact.</summary>
    private const double UsedUpTolerance = 0.02;

    /// <summary>Restores networks, optimizer, plan and records.</summary>
    /// <exception cref="CheckpointException">Settings or images differ and the options forbid it, or the networks have other shapes.</exception>
    public async Task ResumeAsync(TrainingCheckpoint checkpoint, ImageIdentity images, CancellationToken cancellationToken)
    {
        (SavedState saved, List<TRecord> history) = ReadRecords(checkpoint);
        var comparison = new RunComparison(request.Run, request.Logger, folder);
        bool isSame = await comparison.RequireSameAsync(
            checkpoint.Options, method.Identity, saved.Images, images, cancellationToken).ConfigureAwait(true);
        TrainingPlan plan = PlanRest(saved, checkpoint.Steps, isSame);
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
        if (!state.IsTrained || state.IsRecordDue)
            ForgetOtherBest(checkpoint.Options, saved, images);

        RunLog.Resumed(request.Logger, checkpoint.Steps, folder);
    }

    /// <summary>The plan of the whole run. With a time budget it is the checkpoint's, unless settings or images have changed and another number of
    /// steps fits now: the schedules then continue from where they are. Those of a finished run are spread anew, as they are over another number of
    /// epochs.</summary>
    private TrainingPlan PlanRest(SavedState saved, long step, bool isSame)
    {
        if (method.Options.TimeBudget is not { } limit)
            return state.Plan;

        TrainingPlan before = state.Plan.At(saved.Pace);
        if (isSame)
            return before;

        var elapsed = TimeSpan.FromSeconds(saved.ElapsedSeconds);
        TimeSpan perStep = (elapsed - TimeSpan.FromSeconds(saved.PreparationSeconds)) / step;
        long total = TimeBudget.Correct(step, limit - elapsed - state.Elapsed, perStep, before.TotalSteps, before.MaximumSteps);
        bool isUsedUp = step >= before.TotalSteps;
        if (total == before.TotalSteps || (isUsedUp && Math.Abs(total - before.TotalSteps) <= UsedUpTolerance * before.TotalSteps))
            return before;

        RunLog.Planned(request.Logger, total, limit);
        return isUsedUp ? before.At(PlanPace.Even(total)) : before.Change(step, total);
    }

    /// <summary>Forgets the best epoch so far if later ones cannot be compared with it.</summary>
    private void ForgetOtherBest(string settings, SavedState saved, ImageIdentity images)
    {
        bool validatesOthers = ValidatesOthers(settings, saved, images);
        if (validatesOthers)
            RunLog.ValidatesOthers(request.Logger);
        if (saved.Best is null || !(validatesOthers || IsJudgedOtherwise(saved, images)))
            return;

        RunLog.JudgedOtherwise(request.Logger);
        state.ForgetBest();
        DiskFault.TryDelete(Path.Combine(folder, RunFolder<TRecord>.BestModelFile));
    }

    /// <summary>Whether another figure, or other images that the app gave, decide now. Earlier versions kept no judge, or only the beginning of
    /// it.</summary>
    private bool IsJudgedOtherwise(SavedState saved, ImageIdentity images) =>
        saved.Judge is not null && method.Judge is not null
        && (!$"{method.Judge} ".StartsWith($"{saved.Judge} ", StringComparison.Ordinal) || HaveChanged(ImageSet.Validation, saved, images));

    /// <summary>Whether the run sets aside images for validation now, and these may be others than before, with the settings of then.</summary>
    private bool ValidatesOthers(string settings, SavedState saved, ImageIdentity images)
    {
        bool HasChanged(string setting) => SettingsJson.Find(settings, setting) != SettingsJson.Find(method.Identity, setting);
        return method.DrawsValidation
            && (HasChanged("recipe.validationRatio") || HasChanged("recipe.seed")
                || HaveChanged(ImageSet.Training, saved, images) || HaveChanged(ImageSet.Validation, saved, images));
    }

    /// <summary>Whether the images of a role are others than the checkpoint's. Earlier versions did not keep them.</summary>
    private static bool HaveChanged(string role, SavedState saved, ImageIdentity images) =>
        saved.Images is { } before && before.GetValueOrDefault(role) != images.Digests.GetValueOrDefault(role);

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
