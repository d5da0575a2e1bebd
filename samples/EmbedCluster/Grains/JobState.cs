using EmbedCluster.Scheduling;

namespace EmbedCluster.Grains;

/// <summary>What a job keeps in the grain storage.</summary>
public sealed class JobState
{
    /// <summary>The plan.</summary>
    public JobPlan? Plan { get; set; }

    /// <summary>The schedule.</summary>
    public ScheduleState Schedule { get; set; } = new();
}

/// <summary>What the list of jobs keeps in the grain storage.</summary>
public sealed class JobListState
{
    /// <summary>The names, oldest first.</summary>
    public List<string> Names { get; set; } = [];
}
