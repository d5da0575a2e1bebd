namespace Scott.Models.Metrics;

/// <summary>How far a comparison of all vectors with each other has come.</summary>
/// <param name="Completed">The vectors whose comparisons are done.</param>
/// <param name="Total">The number of all vectors.</param>
public readonly record struct ComparisonProgress(int Completed, int Total);

/// <summary>Counts the vectors that threads have compared, so that the reported numbers never decrease.</summary>
internal sealed class ComparisonTally(int total, IProgress<ComparisonProgress>? progress)
{
    private readonly Lock _gate = new();
    private int _completed;

    public void Add(int vectors)
    {
        lock (_gate)
        {
            _completed += vectors;
            progress?.Report(new ComparisonProgress(_completed, total));
        }
    }
}
