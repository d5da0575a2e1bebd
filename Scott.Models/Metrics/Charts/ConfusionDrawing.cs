using System.Security;
using System.Xml.Linq;
using static System.FormattableString;

namespace Scott.Models.Metrics;

/// <summary>Draws a confusion matrix as an SVG image. The viewer program draws the names as text, and can zoom in on a hundred classes.</summary>
/// <remarks>Not drawn as pixels, because the Skia build in use has no fonts, and a matrix needs names.</remarks>
internal static class ConfusionDrawing
{
    /// <summary>The side of the whole matrix, as far as the limits for the size of a cell allow it.</summary>
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
    private const string LargeText = "font-size='14'";
    private const string CaptionText = "font-size='12'";

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
        double Middle(int label) => origin + ((label + 0.5) * cell);
        IEnumerable<string> labels = names.Select((name, label) =>
            Text(name, origin - Gap, Middle(label), "end") + Text(name, Middle(label), origin - Gap, "start", turn: -90));
        IEnumerable<string> cells =
            from actual in Enumerable.Range(0, classes)
            from predicted in Enumerable.Range(0, classes)
            where matrix[actual, predicted] > 0
            select Cell(matrix, actual, predicted, origin, cell);
        return XElement.Parse(Invariant(
            $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:0.##} {height:0.##}" width="{width:0.##}" height="{height:0.##}" role="img"
                 aria-label="Confusion matrix of {Plural.Of(classes, "class", "classes")} and {Plural.Of(matrix.Images, "image")}"
                 font-family="{Font}" font-size="{font:0.##}" fill="#3b434b">
              <rect width="100%" height="100%" fill="#ffffff"/>
              {Text("predicted", (origin + end) / 2, Margin / 2, "middle", look: LargeText)}
              {Text("actual", Margin / 2, (origin + end) / 2, "middle", turn: -90, LargeText)}
              {Text("The darker, the greater the share of the row.", Gap, end + (Margin / 2), "start", look: CaptionText)}
              {string.Concat(labels)}
              {string.Concat(cells)}
              <path fill="none" stroke="#e3e7eb" d="{Grid(origin, cell, classes)}"/>
            </svg>
            """));
    }

    private static string Cell(ConfusionMatrix matrix, int actual, int predicted, double origin, double cell)
    {
        int count = matrix[actual, predicted];
        double share = (double)count / matrix.CountActual(actual);
        (double x, double y) = (origin + (predicted * cell), origin + (actual * cell));
        string title = Invariant($"{count} of '{matrix.ClassNames[actual]}' predicted as '{matrix.ClassNames[predicted]}', {share:0.0%} of the row");
        string look = share > 0.5 ? "fill='#ffffff'" : "fill='#1b1f24'";
        return Invariant(
            $"""
            <g>
              <title>{Escape(title)}</title>
              <rect x="{x:0.##}" y="{y:0.##}" width="{cell:0.##}" height="{cell:0.##}" fill="{Shade(share)}"/>
              {(cell < SmallestCellWithCount ? "" : Text($"{count}", x + (cell / 2), y + (cell / 2), "middle", look: look))}
            </g>
            """);
    }

    /// <summary>A color from light to dark blue. Even a small share differs from the white of an empty cell.</summary>
    private static string Shade(double share)
    {
        double depth = 0.12 + (0.88 * share);
        int Mix(int dark) => (int)Math.Round(255 + (depth * (dark - 255)));
        return Invariant($"#{Mix(0x08):x2}{Mix(0x45):x2}{Mix(0x80):x2}");
    }

    private static string Grid(double origin, double cell, int classes) => string.Join(' ', Enumerable.Range(0, classes + 1).Select(line =>
    {
        (double at, double length) = (origin + (line * cell), cell * classes);
        return Invariant($"M{origin:0.##} {at:0.##}h{length:0.##}M{at:0.##} {origin:0.##}v{length:0.##}");
    }));

    private static string Text(string text, double x, double y, string anchor, int turn = 0, string look = "") => Invariant(
        $"""
        <text transform="translate({x:0.##} {y:0.##}) rotate({turn})" text-anchor="{anchor}" dominant-baseline="central" {look}>{Escape(text)}</text>
        """);

    private static string Escape(string text) => SecurityElement.Escape(ReportText.Clean(text));

    private static string Shorten(string name) => name.Length > LongestName ? string.Concat(name.AsSpan(0, LongestName - 1), "…") : name;
}
