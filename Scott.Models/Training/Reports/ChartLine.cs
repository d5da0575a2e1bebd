using OxyPlot;
using Scott.Models.Metrics;

namespace Scott.Models.Training;

/// <summary>A series as it can be drawn: its gaps as points without a place, and the points that need a mark to be seen.</summary>
/// <param name="Name">As the legend calls it.</param>
/// <param name="Points">In order.</param>
/// <param name="Marked">Every point of a short line; of a long one those that stand alone, as a line of one point is nothing.</param>
/// <param name="Last">The last point that can be drawn, or <see langword="null"/> if there is none.</param>
internal sealed record ChartLine(string Name, IReadOnlyList<DataPoint> Points, IReadOnlyList<DataPoint> Marked, DataPoint? Last)
{
    /// <summary>Up to so many points, every one is marked.</summary>
    private const int MarkedPoints = 30;

    public static ChartLine Of(ReportSeries series, bool isLogarithmic)
    {
        DataPoint[] points = [.. series.X.Zip(series.Y, (x, y) => Point(x, y, isLogarithmic))];
        DataPoint[] drawn = [.. points.Where(IsDrawn)];
        DataPoint[] marked = drawn.Length <= MarkedPoints ? drawn : [.. points.Where((_, index) => StandsAlone(points, index))];
        return new ChartLine(ReportText.Clean(series.Name), points, marked, drawn.Length == 0 ? null : drawn[^1]);
    }

    private static DataPoint Point(double x, double y, bool isLogarithmic) =>
        double.IsFinite(x) && double.IsFinite(y) && (y > 0 || !isLogarithmic) ? new DataPoint(x, y) : DataPoint.Undefined;

    private static bool StandsAlone(DataPoint[] points, int index) =>
        IsDrawn(points[index])
        && (index == 0 || !IsDrawn(points[index - 1]))
        && (index == points.Length - 1 || !IsDrawn(points[index + 1]));

    private static bool IsDrawn(DataPoint point) => point.IsDefined();
}
