using System.Globalization;
using System.Xml.Linq;
using OxyPlot;
using Scott.Models.Metrics;

namespace Scott.Models.Training;

/// <summary>A chart as an SVG element to stand inside a page.</summary>
internal static class ChartDrawing
{
    /// <summary>In the drawing's own units; on the page it is as wide as there is room.</summary>
    private const int Width = 640;

    private const int Height = 320;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    /// <summary>Draws the chart.</summary>
    /// <param name="chart">What to draw.</param>
    /// <param name="idPrefix">What its ids begin with: they are the page's, and every drawing counts its own from one.</param>
    /// <returns>The element, or <see langword="null"/> if no series has a point.</returns>
    public static XElement? Draw(ReportChart chart, string idPrefix)
    {
        IReadOnlyList<ChartLine> lines = [.. chart.Series.Select(series => ChartLine.Of(series, chart.IsLogarithmic)).Where(line => line.Last is not null)];
        if (lines.Count == 0)
        {
            return null;
        }

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
            attribute.Value = attribute.Name.LocalName == "id" ? prefix + attribute.Value : attribute.Value.Replace("url(#", $"url(#{prefix}", StringComparison.Ordinal);
        }

        // One title per image is enough for a reader that speaks: the label on the root.
        foreach (XElement text in svg.Descendants(Svg + "text"))
        {
            text.SetAttributeValue("aria-hidden", "true");
        }
    }
}
