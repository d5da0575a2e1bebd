using System.Xml.Linq;
using OxyPlot;
using Scott.Models.Metrics;

namespace Scott.Models.Training;

/// <summary>Draws a chart as an SVG element inside a page.</summary>
internal static class ChartDrawing
{
    /// <summary>In the drawing's own units; the page scales it.</summary>
    private const int Width = 640;

    private const int Height = 320;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    /// <returns>The element, or <see langword="null"/> if no series has a point.</returns>
    public static XElement? Draw(ReportChart chart, string idPrefix)
    {
        ChartLine[] lines = [.. chart.Series.Select(series => ChartLine.Of(series, chart.IsLogarithmic)).Where(line => line.Last is not null)];
        if (lines.Length == 0)
            return null;

        var exporter = new SvgExporter { Width = Width, Height = Height, IsDocument = false, TextMeasurer = new ChartTextMeasurer() };
        var svg = XElement.Parse(exporter.ExportToString(ChartModel.Build(chart, lines)));
        svg.Attribute(XNamespace.Xmlns + "xlink")?.Remove();
        svg.Attribute("width")?.Remove();
        svg.Attribute("height")?.Remove();
        svg.SetAttributeValue("viewBox", string.Create(CultureInfo.InvariantCulture, $"0 0 {Width} {Height}"));
        svg.SetAttributeValue("role", "img");
        svg.SetAttributeValue("aria-label", Description(chart, lines));
        PrefixIds(svg, idPrefix);
        return svg;
    }

    private static string Description(ReportChart chart, IReadOnlyList<ChartLine> lines)
    {
        string latest = string.Join("; ", lines.Select(line => $"{line.Name} {ReportNumber.Format(line.Last!.Value.Y)}"));
        return ReportText.Clean(string.Join(' ', $"{chart.Title}. {chart.Explanation}".TrimEnd(), $"Latest: {latest}."));
    }

    private static void PrefixIds(XElement svg, string prefix)
    {
        foreach (XAttribute attribute in svg.Descendants().Attributes())
        {
            attribute.Value = attribute.Name.LocalName == "id"
                ? prefix + attribute.Value
                : attribute.Value.Replace("url(#", $"url(#{prefix}", StringComparison.Ordinal);
        }

        // A screen reader needs one title per chart: the label on the root.
        foreach (XElement text in svg.Descendants(Svg + "text"))
            text.SetAttributeValue("aria-hidden", "true");
    }
}

/// <summary>A series as it is drawn.</summary>
/// <param name="Name">The name in the legend.</param>
/// <param name="Points">In order; gaps are undefined points.</param>
/// <param name="Marked">The points with a mark: every point of a short line; in a long line those that stand alone, which no line shows.</param>
/// <param name="Last">The last point that can be drawn, or <see langword="null"/> if there is none.</param>
internal sealed record ChartLine(string Name, IReadOnlyList<DataPoint> Points, IReadOnlyList<DataPoint> Marked, DataPoint? Last)
{
    /// <summary>In a line of up to this many points, every point is marked.</summary>
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
