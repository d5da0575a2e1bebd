using Scott.Models.Training;

namespace Scott.Models;

/// <summary>The result of a distillation run.</summary>
/// <param name="Model">The student after the best epoch; after the last step if no epoch had the watched figure.</param>
/// <param name="LastModel">The student after the last step.</param>
/// <param name="History">A record of each epoch.</param>
/// <param name="BestEpoch">Which epoch was the best; <see langword="null"/> if no epoch had the watched figure.</param>
/// <param name="EndedEarly">Whether patience or the app ended the run before all its steps.</param>
public sealed record DistillationResult(
    ScottModel Model, ScottModel LastModel, IReadOnlyList<DistillationRecord> History, BestEpoch? BestEpoch, bool EndedEarly)
{
    /// <summary>The accuracy of the frozen features before the first step; <see langword="null"/> without <c>WithEvaluation</c>.</summary>
    public FrozenAccuracy? StartAccuracy { get; init; }

    /// <summary>The accuracy of the teacher's features on the same images; <see langword="null"/> without <c>WithEvaluation</c>.</summary>
    public FrozenAccuracy? TeacherAccuracy { get; init; }

    /// <summary>Why the last checkpoint or report could not be written, for example a full disk. The result is complete; save it elsewhere.</summary>
    /// <value><see langword="null"/> if everything was written.</value>
    public CheckpointException? CheckpointError { get; init; }
}
