using OxyPlot;

namespace Scott.Models.Metrics;

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
