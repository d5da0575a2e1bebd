namespace Scott.Models.Training;

/// <summary>Estimates how long a run goes on. One epoch in which the computer slept does not change it.</summary>
internal static class TimeLeft
{
    private const int RecentEpochs = 20;

    /// <summary>An epoch that took more times the median is not like the others.</summary>
    private const int MostMedians = 10;

    /// <summary>The seconds left at the mean speed of the last 20 epochs, some of which may have an evaluation. The first epoch, whose time includes
    /// the preparation, counts only while there is no other.</summary>
    /// <param name="epochs">The steps and the seconds of the run at the end of each epoch.</param>
    /// <param name="totalSteps">The steps of the whole run.</param>
    /// <param name="preparation">The seconds before the first step.</param>
    public static double Estimate(IReadOnlyList<(long Steps, double Seconds)> epochs, long totalSteps, double preparation)
    {
        int first = Math.Max(epochs.Count > 1 ? 1 : 0, epochs.Count - RecentEpochs);
        double[] perStep = [.. Enumerable.Range(first, epochs.Count - first).Select(PerStep).Order()];
        double median = (perStep[(perStep.Length - 1) / 2] + perStep[perStep.Length / 2]) / 2;
        return perStep.Where(seconds => seconds <= MostMedians * median).Average() * (totalSteps - epochs[^1].Steps);

        double PerStep(int epoch)
        {
            (long steps, double seconds) = epoch == 0 ? (0, preparation) : epochs[epoch - 1];
            return (epochs[epoch].Seconds - seconds) / (epochs[epoch].Steps - steps);
        }
    }
}
