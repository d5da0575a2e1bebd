using System.Xml;
using OxyPlot;

namespace Scott.Models.Metrics;

/// <summary>Makes text from files and folders fit for a page.</summary>
internal static class ReportText
{
    /// <summary>The text with a replacement character for whatever XML cannot hold: control characters, halves of surrogate pairs.</summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool isLegal = !rune.IsBmp || XmlConvert.IsXmlChar((char)rune.Value);
            clean.Append(isLegal && Rune.GetUnicodeCategory(rune) != UnicodeCategory.Control ? rune.ToString() : Rune.ReplacementChar.ToString());
        }

        return clean.ToString();
    }
}

/// <summary>
/// How much room a text takes in a drawing whose font is the reader's. OxyPlot's measure for Arial is in points, three quarters of the drawing's
/// units, and titles placed by it run into the numbers; this one converts it and leaves room for a wider font.
/// </summary>
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
