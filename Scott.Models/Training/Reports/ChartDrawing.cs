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

    /// <summary>Nothing if no series has a point.</summary>
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
        foreach (XAttribute attribute in svg.Descendants().Attributes())
        {
            attribute.Value = attribute.Name.LocalName == "id"
                ? idPrefix + attribute.Value
                : attribute.Value.Replace("url(#", $"url(#{idPrefix}", StringComparison.Ordinal);
        }

        // A screen reader needs one title per chart: the label on the root.
        foreach (XElement text in svg.Descendants(Svg + "text"))
            text.SetAttributeValue("aria-hidden", "true");

        return svg;
    }

    private static string Description(ReportChart chart, IReadOnlyList<ChartLine> lines)
    {
        string latest = string.Join("; ", lines.Select(line => $"{line.Name} {ReportNumber.Format(line.Last!.Value.Y)}"));
        string title = $"{chart.Title}. {chart.Explanation}".TrimEnd();
        return ReportText.Clean($"{title} Latest: {latest}.");
    }
}

/// <summary>A series as it is drawn; undefined points are gaps. A short line has a mark at each point, a long line at isolated points.</summary>
internal sealed record ChartLine(string Name, IReadOnlyList<DataPoint> Points, IReadOnlyList<DataPoint> Marked, DataPoint? Last)
{
    /// <summary>In a line of up to this many points, every point is marked.</summary>
    private const int MarkedPoints = 30;

    public static ChartLine Of(ReportSeries series, bool isLogarithmic)
    {
        bool CanDraw(double x, double y) => double.IsFinite(x) && double.IsFinite(y) && (y > 0 || !isLogarithmic);
        DataPoint[] points = [.. series.X.Zip(series.Y, (x, y) => CanDraw(x, y) ? new DataPoint(x, y) : DataPoint.Undefined)];
        DataPoint[] drawn = [.. points.Where(point => point.IsDefined())];
        bool IsDrawn(int index) => index >= 0 && index < points.Length && points[index].IsDefined();
        bool StandsAlone(int index) => IsDrawn(index) && !IsDrawn(index - 1) && !IsDrawn(index + 1);
        DataPoint[] marked = drawn.Length <= MarkedPoints ? drawn : [.. points.Where((_, index) => StandsAlone(index))];
        return new ChartLine(ReportText.Clean(series.Name), points, marked, drawn.Length == 0 ? null : drawn[^1]);
    }
}
