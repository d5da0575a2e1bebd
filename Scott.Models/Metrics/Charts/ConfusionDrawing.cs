using System.Xml.Linq;

namespace Scott.Models.Metrics;

/// <summary>
/// A confusion matrix as an SVG image. Not pixels: Skia as it is shipped here has no fonts, and a matrix without names says little; in SVG text
/// is set by the viewer, and a hundred classes can be zoomed into.
/// </summary>
internal static class ConfusionDrawing
{
    /// <summary>The cells' side in all, as far as cells neither shrink nor grow past their limits.</summary>
    private const double Side = 640;

    private const double SmallestCell = 12;
    private const double LargestCell = 48;
    private const double SmallestCellWithCount = 24;
    private const double LargestFont = 14;
    private const double Margin = 28;
    private const double Gap = 6;
    private const double CaptionWidth = 260;
    private const int LongestName = 32;
    private const string Font = "Arial, Liberation Sans, Helvetica, sans-serif";

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    public static XElement Draw(ConfusionMatrix matrix)
    {
        int classes = matrix.ClassNames.Count;
        double cell = Math.Clamp(Side / classes, SmallestCell, LargestCell);
        double font = Math.Min(LargestFont, cell * 0.8);
        string[] names = [.. matrix.ClassNames.Select(Shorten)];
        double room = names.Max(name => new ChartTextMeasurer().MeasureText(name, Font, font, 400).Width) + Gap;
        double origin = Margin + room;
        double end = origin + (cell * classes);
        (double width, double height) = (Math.Max(end, CaptionWidth) + Gap, end + Margin);
        return new XElement(
            Svg + "svg",
            Attribute("viewBox", $"0 0 {width:0.##} {height:0.##}"),
            Attribute("width", $"{width:0.##}"),
            Attribute("height", $"{height:0.##}"),
            new XAttribute("role", "img"),
            Attribute("aria-label", $"Confusion matrix of {Plural.Of(classes, "class", "classes")} and {Plural.Of(matrix.Images, "image")}"),
            new XAttribute("font-family", Font),
            Attribute("font-size", $"{font:0.##}"),
            new XAttribute("fill", "#3b434b"),
            new XElement(Svg + "rect", new XAttribute("width", "100%"), new XAttribute("height", "100%"), new XAttribute("fill", "#ffffff")),
            Text("predicted", (origin + end) / 2, Margin / 2, "middle", turn: 0, LargestFont),
            Text("actual", Margin / 2, (origin + end) / 2, "middle", turn: -90, LargestFont),
            Text("The darker, the greater the share of the row.", Gap, end + (Margin / 2), "start", turn: 0, LargestFont - 2),
            names.SelectMany((name, label) => new[]
            {
                Text(name, origin - Gap, origin + ((label + 0.5) * cell), "end", turn: 0),
                Text(name, origin + ((label + 0.5) * cell), origin - Gap, "start", turn: -90),
            }),
            Enumerable.Range(0, classes).SelectMany(actual => Row(matrix, actual, origin, cell)),
            new XElement(
                Svg + "path", new XAttribute("fill", "none"), new XAttribute("stroke", "#e3e7eb"), new XAttribute("d", Grid(origin, cell, classes))));
    }

    private static IEnumerable<XElement> Row(ConfusionMatrix matrix, int actual, double origin, double cell)
    {
        int total = matrix.CountActual(actual);
        for (int predicted = 0; predicted < matrix.ClassNames.Count; predicted++)
        {
            if (matrix[actual, predicted] is > 0 and int count)
                yield return Cell(matrix, actual, predicted, (double)count / total, origin, cell);
        }
    }

    private static XElement Cell(ConfusionMatrix matrix, int actual, int predicted, double share, double origin, double cell)
    {
        (double x, double y) = (origin + (predicted * cell), origin + (actual * cell));
        string title = string.Create(
            CultureInfo.InvariantCulture,
            $"{matrix[actual, predicted]} of '{matrix.ClassNames[actual]}' predicted as '{matrix.ClassNames[predicted]}', {share:0.0%} of the row");
        return new XElement(
            Svg + "g",
            new XElement(Svg + "title", ReportText.Clean(title)),
            new XElement(
                Svg + "rect",
                Attribute("x", $"{x:0.##}"),
                Attribute("y", $"{y:0.##}"),
                Attribute("width", $"{cell:0.##}"),
                Attribute("height", $"{cell:0.##}"),
                new XAttribute("fill", Shade(share))),
            cell < SmallestCellWithCount
                ? null
                : Text(
                    matrix[actual, predicted].ToString(CultureInfo.InvariantCulture),
                    x + (cell / 2),
                    y + (cell / 2),
                    "middle",
                    turn: 0,
                    fill: share > 0.5 ? "#ffffff" : "#1b1f24"));
    }

    /// <summary>From white to dark blue; little is still seen beside nothing.</summary>
    private static string Shade(double share)
    {
        double depth = 0.12 + (0.88 * share);
        int Mix(int dark) => (int)Math.Round(255 + (depth * (dark - 255)));
        return string.Create(CultureInfo.InvariantCulture, $"#{Mix(0x08):x2}{Mix(0x45):x2}{Mix(0x80):x2}");
    }

    private static string Grid(double origin, double cell, int classes)
    {
        double length = cell * classes;
        return string.Join(' ', Enumerable.Range(0, classes + 1).Select(line => string.Create(
            CultureInfo.InvariantCulture,
            $"M{origin:0.##} {origin + (line * cell):0.##}h{length:0.##}M{origin + (line * cell):0.##} {origin:0.##}v{length:0.##}")));
    }

    private static XElement Text(string text, double x, double y, string anchor, int turn, double? font = null, string? fill = null) => new(
        Svg + "text",
        Attribute("transform", $"translate({x:0.##} {y:0.##}) rotate({turn})"),
        new XAttribute("text-anchor", anchor),
        new XAttribute("dominant-baseline", "central"),
        font is { } size ? Attribute("font-size", $"{size:0.##}") : null,
        fill is null ? null : new XAttribute("fill", fill),
        ReportText.Clean(text));

    private static XAttribute Attribute(string name, FormattableString value) => new(name, FormattableString.Invariant(value));

    private static string Shorten(string name) => name.Length > LongestName ? string.Concat(name.AsSpan(0, LongestName - 1), "…") : name;
}
