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
