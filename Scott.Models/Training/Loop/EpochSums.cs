namespace Scott.Models.Training;

/// <summary>What an epoch's steps add up to so far. Part of a checkpoint, so that a run stopped within an epoch records the whole of it.</summary>
internal sealed record EpochSums
{
    public int Steps { get; init; }

    public double Loss { get; init; }

    /// <summary>Each of the steps' figures, in their order; empty before the first step.</summary>
    public IReadOnlyList<double> Figures { get; init; } = [];

    /// <summary>The time that the steps took, loading included.</summary>
    public double Seconds { get; init; }

    public double MeanLoss => Loss / Steps;

    /// <summary>The same with one more step.</summary>
    public EpochSums Add(StepResult result, TimeSpan time) => new()
    {
        Steps = Steps + 1,
        Loss = Loss + result.Loss,
        Figures = [.. result.Figures.Select((figure, i) => figure + (Figures.Count > 0 ? Figures[i] : 0))],
        Seconds = Seconds + time.TotalSeconds,
    };

    /// <summary>The mean of a figure.</summary>
    /// <param name="index">Its place in <see cref="Figures"/>.</param>
    public double Mean(int index) => Figures[index] / Steps;
}
