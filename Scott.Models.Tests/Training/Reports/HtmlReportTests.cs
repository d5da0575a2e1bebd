using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

public sealed partial class HtmlReportTests
{
    private const string Hostile = "<script>alert('x')</script> & \"</title>\" ]]> \u0001\ud800";

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void Render_HostileTextEverywhere_StaysText()
    {
        TrainingReport report = new()
        {
            Title = Hostile,
            Subtitle = Hostile,
            State = Hostile,
            Warnings = [Hostile],
            Facts = [new ReportFact(Hostile, Hostile, Hostile)],
            Charts = [new ReportChart(Hostile, Hostile, Hostile, Hostile, [Reports.Series(Hostile, 1, 2), Reports.Series(Hostile, 3, 4)])],
            Tables = [new ReportTable(Hostile, [Hostile], [[Hostile]])],
        };

        string html = HtmlReport.Render(report);
        XElement page = Parse(html);

        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(page.Descendants(), element => element.Name.LocalName == "script");
        Assert.Equal("<script>alert('x')</script> & \"</title>\" ]]> \ufffd\ufffd", page.Descendants("h1").Single().Value);
    }

    [Fact]
    public void Render_Report_FetchesNothing()
    {
        string html = HtmlReport.Render(Full(isRunning: true)).Replace(Svg.NamespaceName, string.Empty, StringComparison.Ordinal);
        XElement page = Parse(html);

        Assert.DoesNotContain("http:", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("https:", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("@import", html, StringComparison.OrdinalIgnoreCase);
        Assert.All(Regex.Matches(html, @"url\((.)"), match => Assert.Equal("#", match.Groups[1].Value));
        string[] loading = ["script", "link", "img", "image", "iframe", "object"];
        Assert.DoesNotContain(page.Descendants(), element => loading.Contains(element.Name.LocalName));
        Assert.DoesNotContain(page.Descendants().Attributes(), attribute => attribute.Name.LocalName is "src" or "href");
    }

    [Fact]
    public void Render_SeveralCharts_HaveNoIdTwiceAndNoReferenceToNowhere()
    {
        ReportChart chart = Reports.Chart(Reports.Series("training", 3, 2, 1), Reports.Series("validation", 3, 2, 2));
        string html = HtmlReport.Render(Reports.With(chart, chart, chart));

        string[] ids = [.. Parse(html).Descendants().Attributes("id").Select(attribute => attribute.Value)];
        string[] references = [.. Reference().Matches(html).Select(match => match.Groups[1].Value)];

        Assert.Equal(ids.Distinct(), ids);
        Assert.NotEmpty(references);
        Assert.All(references, reference => Assert.Contains(reference, ids));
        Assert.Equal(3, ids.Select(id => id.Split('-')[0]).Distinct().Count());
    }

    [Fact]
    public void Render_Chart_IsAnImageWithALabelAndGrowsWithThePage()
    {
        ReportChart chart = Reports.Chart(Reports.Series("training", 3, 2, 1), Reports.Series("validation", 3, 2.5, double.NaN));
        XElement svg = Drawing(chart)!;

        Assert.Equal("img", svg.Attribute("role")?.Value);
        Assert.Equal("Loss. Lower is better. Latest: training 1; validation 2.5.", svg.Attribute("aria-label")?.Value);
        Assert.Equal("0 0 640 320", svg.Attribute("viewBox")?.Value);
        Assert.Null(svg.Attribute("width"));
        Assert.Null(svg.Attribute("height"));
        Assert.All(["Epoch", "Loss", "training", "validation"], text => Assert.Contains(text, Texts(svg)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Render_GapsInALine_BreakIt(bool isLogarithmic)
    {
        double gap = isLogarithmic ? 0 : double.PositiveInfinity;
        double[] values = [.. Enumerable.Range(1, 60).Select(epoch => epoch is 20 or 40 or 42 ? double.NaN : epoch == 30 ? gap : epoch)];
        XElement svg = Drawing(Reports.Chart(Reports.Series("training", values)) with { IsLogarithmic = isLogarithmic })!;

        // Four stretches of line; epoch 41 stands alone and so gets a mark.
        Assert.Equal(4, Lines(svg).Count);
        Assert.Single(svg.Descendants(Svg + "ellipse"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Render_OnePoint_IsSeenInsideTheDrawing(bool isLogarithmic)
    {
        XElement svg = Drawing(Reports.Chart(Reports.Series("training", 0.25)) with { IsLogarithmic = isLogarithmic })!;

        XElement mark = svg.Descendants(Svg + "ellipse").Single();
        Assert.InRange(Number(mark, "cx"), 50, 630);
        Assert.InRange(Number(mark, "cy"), 5, 280);
        Assert.NotEmpty(Texts(svg));
    }

    [Fact]
    public void Render_NoEpochYet_SaysSo()
    {
        TrainingReport charts = Reports.With(Reports.Chart(Reports.Series("training")));
        TrainingReport report = charts with { Tables = [new ReportTable("Epochs", ["Epoch", "Loss"], [])] };
        string html = HtmlReport.Render(report);

        Assert.Contains("There is nothing to draw yet.", html, StringComparison.Ordinal);
        Assert.Contains("There are no rows yet.", html, StringComparison.Ordinal);
        Assert.Null(Drawing(Reports.Chart(Reports.Series("training", double.NaN, double.NaN))));
        Assert.Null(Drawing(Reports.Chart(Reports.Series("training", 0, -1)) with { IsLogarithmic = true }));
        Assert.Contains("There is nothing to draw yet.", HtmlReport.Render(Reports.Empty), StringComparison.Ordinal);
    }

    [Fact]
    public void Render_AnotherCulture_GivesTheSamePage()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        TrainingReport report = Full(isRunning: true);
        string expected = HtmlReport.Render(report);
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            Assert.Equal(expected, HtmlReport.Render(report));
            Assert.Equal("0.1234", ReportNumber.Format(0.12341));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Render_Run_RefreshesWhileItGoes(bool isRunning)
    {
        XElement page = Parse(HtmlReport.Render(Full(isRunning)));
        Assert.Equal(isRunning, page.Descendants("meta").Any(meta => meta.Attribute("http-equiv")?.Value == "refresh"));
    }

    [Fact]
    public void Render_Page_HasLanguageTitleHeadingsAndTableHeaders()
    {
        XElement page = Parse(HtmlReport.Render(Full(isRunning: false)));

        Assert.Equal("en", page.Attribute("lang")?.Value);
        Assert.Equal("Pre-training: epoch 2 of 2, finished", page.Descendants("title").Single().Value);
        Assert.Equal(["Warnings", "Key figures", "Course of the run", "Epochs"], page.Descendants("h2").Select(heading => heading.Value));
        Assert.All(page.Descendants("thead").Descendants("th"), cell => Assert.Equal("col", cell.Attribute("scope")?.Value));
        Assert.All(page.Descendants("tbody").Descendants("tr"), row => Assert.Equal("row", row.Element("th")?.Attribute("scope")?.Value));
        Assert.Equal(["number", null, "number", null], page.Descendants("td").Select(cell => cell.Attribute("class")?.Value));

        // An element that closes itself is, to a browser, one that stays open.
        Assert.DoesNotContain(page.Descendants(), element => element.IsEmpty && element.Name.Namespace == XNamespace.None && element.Name != "meta");
    }

    [Fact]
    public async Task SaveAsync_OlderPage_IsReplaced()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("report.html");

        await HtmlReport.SaveAsync(path, Reports.Empty, CancellationToken.None);
        await HtmlReport.SaveAsync(path, Full(isRunning: false), CancellationToken.None);

        Assert.Equal(HtmlReport.Render(Full(isRunning: false)), await File.ReadAllTextAsync(path));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Series_PlacesAndValuesThatDoNotMatch_Throws()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => new ReportSeries("training", [1, 2], [1]));
        Assert.Contains("'training' has 2 places and 1 value", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Table_RowThatIsTooShort_Throws()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => new ReportTable("Epochs", ["Epoch", "Loss"], [["1", "0.5"], ["2"]]));
        Assert.Contains("Row 1 of 'Epochs' has 1 cell; expected 2", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_AxisTitle_KeepsClearOfTheNumbers()
    {
        XElement svg = Drawing(Reports.Chart(Reports.Series("training", 0.000123, 0.000456)))!;

        // The title is turned, so it is centered at its place; the numbers end at theirs.
        double title = Translation(svg.Descendants(Svg + "text").Single(text => text.Value == "Loss"));
        IEnumerable<XElement> numbers = svg.Descendants(Svg + "text").Where(text => text.Value.StartsWith("0.000", StringComparison.Ordinal));
        double longest = numbers.Min(text => Translation(text) - (text.Value.Length * 7));
        Assert.InRange(title, 0, longest);
    }

    private static TrainingReport Full(bool isRunning) => new()
    {
        Title = "Pre-training",
        Subtitle = "1200 images",
        State = "epoch 2 of 2, finished",
        IsRunning = isRunning,
        Warnings = ["The features are collapsing."],
        Facts = [new ReportFact("Loss", ReportNumber.Format(0.51234), "of the last epoch")],
        Charts =
        [
            Reports.Chart(Reports.Series("training", 0.75, 0.5), Reports.Series("validation", 0.8, 0.6)),
            Reports.Chart(Reports.Series("training", 1e-4, 2e-3)) with { IsLogarithmic = true },
        ],
        Tables = [new ReportTable("Epochs", ["Epoch", "Loss", "Note"], [["1", "0.75", string.Empty], ["2", "0.5", "best"]])],
    };

    private static XElement? Drawing(ReportChart chart) => Parse(HtmlReport.Render(Reports.With(chart))).Descendants(Svg + "svg").SingleOrDefault();

    private static XElement Parse(string html)
    {
        const string Doctype = "<!DOCTYPE html>\n";
        Assert.StartsWith(Doctype, html, StringComparison.Ordinal);
        return XElement.Parse(html[Doctype.Length..]);
    }

    /// <summary>Lines of the series, which alone are two wide, of more than one point.</summary>
    private static List<XElement> Lines(XElement svg) => [.. svg.Descendants(Svg + "polyline").Where(line =>
        line.Attribute("style")!.Value.Contains("stroke-width:2", StringComparison.Ordinal)
        && line.Attribute("points")!.Value.Contains(' ', StringComparison.Ordinal))];

    private static IEnumerable<string> Texts(XElement svg) => svg.Descendants(Svg + "text").Select(text => text.Value);

    private static double Translation(XElement text) =>
        double.Parse(Regex.Match(text.Attribute("transform")!.Value, @"translate\(([^,]+)").Groups[1].Value, CultureInfo.InvariantCulture);

    private static double Number(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"url\(#([^)]*)\)")]
    private static partial Regex Reference();
}
