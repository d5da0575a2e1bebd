using System.Diagnostics;
using System.Globalization;

namespace Scott.Models.Benchmarks.Ratios;

/// <summary>The median of some rounds, and their quartiles.</summary>
internal readonly record struct Ratio(double Median, double Low, double High)
{
    private const int Warmups = 2;

    /// <summary>The time of one side relative to the other's. They take turns, in which each runs for at least so many seconds.</summary>
    public static Ratio Compare(Action side, Action baseline, int rounds, double secondsPerTurn)
    {
        for (int i = 0; i < Warmups; i++)
        {
            side();
            baseline();
        }

        return Of(Enumerable.Range(0, rounds).Select(_ =>
        {
            double reference = Turn(baseline, secondsPerTurn);
            return Turn(side, secondsPerTurn) / reference;
        }));
    }

    public static Ratio Of(IEnumerable<double> rounds)
    {
        double[] sorted = [.. rounds.Order()];
        return new Ratio(sorted[sorted.Length / 2], sorted[sorted.Length / 4], sorted[sorted.Length * 3 / 4]);
    }

    /// <summary>The seconds of one run: the median of those in a turn, of which the first does not count.</summary>
    public static double Turn(Action run, double seconds)
    {
        run();
        var times = new List<double>();
        for (long begin = Stopwatch.GetTimestamp(); times.Count == 0 || Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds;)
        {
            long started = Stopwatch.GetTimestamp();
            run();
            times.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        return times.Order().ElementAt(times.Count / 2);
    }

    public string ToText(string format) => string.Create(
        CultureInfo.InvariantCulture, $"{Median.ToString(format, CultureInfo.InvariantCulture)} ")
        + string.Create(
            CultureInfo.InvariantCulture,
            $"({Low.ToString(format, CultureInfo.InvariantCulture)} to {High.ToString(format, CultureInfo.InvariantCulture)})");
}
