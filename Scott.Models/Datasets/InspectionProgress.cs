namespace Scott.Models.Datasets;

/// <summary>How far an inspection has come.</summary>
/// <param name="Completed">The images examined so far.</param>
/// <param name="Total">How many there are in all.</param>
/// <param name="Unreadable">How many of those examined cannot be read.</param>
/// <param name="Elapsed">The time since the inspection began.</param>
public readonly record struct InspectionProgress(int Completed, int Total, int Unreadable, TimeSpan Elapsed)
{
    /// <summary>The time left at the rate so far, if anything is completed.</summary>
    public TimeSpan? Remaining => Completed > 0 ? Elapsed * ((double)(Total - Completed) / Completed) : null;
}
