namespace Scott.Models.Training;

/// <summary>Where a run stands, for its report.</summary>
/// <param name="Journal">Its records, and what else it knows of itself.</param>
/// <param name="Steps">The steps taken.</param>
/// <param name="Plan">Its steps in all.</param>
/// <param name="IsRunning">Whether it goes on.</param>
internal sealed record RunStatus<TRecord>(RunJournal<TRecord> Journal, long Steps, TrainingPlan Plan, bool IsRunning)
    where TRecord : TrainingRecord;
