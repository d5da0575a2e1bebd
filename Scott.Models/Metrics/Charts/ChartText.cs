using System.Xml;
using OxyPlot;

namespace Scott.Models.Metrics;

/// <summary>Makes text from files and folders safe for HTML and SVG.</summary>
internal static class ReportText
{
    /// <summary>The text with a replacement character for whatever XML cannot hold: control characters, halves of surrogate pairs.</summary>
    public static string Clean(string text) => string.Concat(text.EnumerateRunes().Select(rune => IsLegal(rune) ? rune : Rune.ReplacementChar));

    private static bool IsLegal(Rune rune) =>
        (!rune.IsBmp || XmlConvert.IsXmlChar((char)rune.Value)) && Rune.GetUnicodeCategory(rune) != UnicodeCategory.Control;
}

/// <summary>Measures the room that a text needs in a drawing. The viewer chooses the font, so this is a little more than Arial needs.</summary>
/// <remarks>OxyPlot measures in points, which are larger than the units of the drawing. Without the conversion, titles overlap the numbers.</remarks>
internal sealed class ChartTextMeasurer() : PdfRenderContext(1, 1, OxyColors.Transparent)
{
    private const double UnitsPerPoint = 96.0 / 72;
    private const double WiderFont = 1.1;

    public override OxySize MeasureText(string text, string fontFamily, double fontSize, double fontWeight)
    {
        OxySize points = base.MeasureText(text, "Arial", fontSize, fontWeight);
        return new OxySize(points.Width * UnitsPerPoint * WiderFont, points.Height * UnitsPerPoint);
    }
}
