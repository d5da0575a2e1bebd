using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;
using Scott.Models.Metrics;

namespace Scott.Models.Training;

/// <summary>Builds OxyPlot's model of a chart.</summary>
internal static class ChartModel
{
    private static readonly OxyColor Text = OxyColor.FromRgb(0x3b, 0x43, 0x4b);
    private static readonly OxyColor Grid = OxyColor.FromRgb(0xe3, 0xe7, 0xeb);

    /// <summary>Colors of Okabe and Ito and of Tol that everyone can tell apart and see on white; dashes tell them apart in print.</summary>
    private static readonly (OxyColor Color, LineStyle Style)[] Looks =
    [
        (OxyColor.FromRgb(0x00, 0x72, 0xb2), LineStyle.Solid),
        (OxyColor.FromRgb(0xd5, 0x5e, 0x00), LineStyle.Dash),
        (OxyColor.FromRgb(0x00, 0x8a, 0x66), LineStyle.DashDot),
        (OxyColor.FromRgb(0x88, 0x22, 0x55), LineStyle.Dot),
        (OxyColor.FromRgb(0x55, 0x55, 0x55), LineStyle.LongDash),
    ];

    public static PlotModel Build(ReportChart chart, IReadOnlyList<ChartLine> lines)
    {
        var model = new PlotModel
        {
            Culture = CultureInfo.InvariantCulture,
            DefaultFont = "Arial, Liberation Sans, Helvetica, sans-serif",
            DefaultFontSize = 13,
            TextColor = Text,
            PlotAreaBorderThickness = new OxyThickness(1, 0, 0, 1),
            PlotAreaBorderColor = Text,
            Padding = new OxyThickness(4, 4, 16, 4),
        };
        model.Axes.Add(Styled(Horizontal(lines), chart.XLabel, AxisPosition.Bottom));
        model.Axes.Add(Styled(chart.IsLogarithmic ? new LogarithmicAxis() : new LinearAxis { IntervalLength = 45 }, chart.YLabel, AxisPosition.Left));
        for (int i = 0; i < lines.Count; i++)
            Add(model, lines[i], i);

        if (lines.Count > 1)
        {
            model.Legends.Add(new Legend
            {
                LegendPlacement = LegendPlacement.Outside,
                LegendPosition = LegendPosition.TopLeft,
                LegendOrientation = LegendOrientation.Horizontal,
                LegendSymbolLength = 32,
                LegendPadding = 2,
            });
        }

        return model;
    }

    /// <summary>Epochs and steps are whole numbers: no tick is between two of them, and a million has all its digits.</summary>
    private static LinearAxis Horizontal(IReadOnlyList<ChartLine> lines) =>
        lines.All(line => line.Points.All(point => !point.IsDefined() || double.IsInteger(point.X)))
            ? new LinearAxis { MinimumMajorStep = 1, StringFormat = "#,0" }
            : new LinearAxis();

    private static Axis Styled(Axis axis, string title, AxisPosition position)
    {
        axis.Position = position;
        axis.Title = ReportText.Clean(title);
        axis.AxisTitleDistance = 8;
        axis.TickStyle = TickStyle.Outside;
        axis.MinorTickSize = 0;
        axis.TicklineColor = Text;
        axis.MajorGridlineStyle = LineStyle.Solid;
        axis.MajorGridlineColor = Grid;
        axis.MinimumPadding = 0.03;
        axis.MaximumPadding = 0.03;
        return axis;
    }

    private static void Add(PlotModel model, ChartLine line, int index)
    {
        (OxyColor color, LineStyle style) = Looks[index % Looks.Length];
        var drawn = new LineSeries { Title = line.Name, Color = color, LineStyle = style, StrokeThickness = 2 };
        drawn.Points.AddRange(line.Points);
        model.Series.Add(drawn);

        var marks = new ScatterSeries { MarkerType = MarkerType.Circle, MarkerSize = 3, MarkerFill = color, RenderInLegend = false };
        marks.Points.AddRange(line.Marked.Select(point => new ScatterPoint(point.X, point.Y)));
        model.Series.Add(marks);
    }
}
