using System.Xml.Linq;
using Scott.Models.Metrics;

namespace Scott.Models.Training;

/// <summary>Writes a report as one page without scripts or network. It is built as a tree of XML, so that no text can become markup.</summary>
internal static class HtmlReport
{
    /// <summary>How often the open page of a run that continues reloads itself.</summary>
    public const int RefreshSeconds = 30;

    /// <summary>A longer text may break in a table.</summary>
    private const int LongText = 24;
    private const string NothingYet = "There is nothing to draw yet.";

    /// <summary>The style sheet, without characters that XML escapes. Charts stay white in dark mode: their colors are chosen for white.</summary>
    private static readonly Lazy<string> Sheet = new(() =>
    {
        using var reader = new StreamReader(typeof(HtmlReport).Assembly.GetManifestResourceStream("Scott.Models.Training/report.css")!);
        return reader.ReadToEnd();
    });

    public static Task SaveAsync(string path, TrainingReport report, CancellationToken cancellationToken) =>
        AtomicFile.WriteBytesAsync(path, Encoding.UTF8.GetBytes(Render(report)), cancellationToken);

    public static string Render(TrainingReport report)
    {
        var main = new XElement(
            "main", Header(report), Warnings(report.Warnings), Facts(report.Facts), Charts(report.Charts), report.Tables.Select(Table));
        var page = new XElement("html", new XAttribute("lang", "en"), Head(report), new XElement("body", main));
        return $"<!DOCTYPE html>\n{page}\n";
    }

    private static XElement Head(TrainingReport report) => new(
        "head",
        Meta(new XAttribute("charset", "utf-8")),
        Meta(new XAttribute("name", "viewport"), new XAttribute("content", "width=device-width, initial-scale=1")),

        // Even if foreign content got into the page, it could load and run nothing.
        Meta(new XAttribute("http-equiv", "Content-Security-Policy"), new XAttribute("content", "default-src 'none'; style-src 'unsafe-inline'")),
        report.IsRunning ? Meta(new XAttribute("http-equiv", "refresh"), new XAttribute("content", RefreshSeconds)) : null,
        new XElement("title", ReportText.Clean($"{report.Title}: {report.State}")),
        new XElement("style", Sheet.Value));

    private static XElement Meta(params XAttribute[] attributes) => new("meta", attributes);

    private static XElement Header(TrainingReport report) => new(
        "header", Text("h1", report.Title), TextOrNothing("p", report.Subtitle),
        new XElement("p", Class(report.IsRunning ? "state running" : "state"), ReportText.Clean(report.State)));

    private static XElement? Warnings(IReadOnlyList<string> warnings) => warnings.Count == 0
        ? null
        : Section("Warnings", Class("warnings"), new XElement("ul", warnings.Select(warning => Text("li", warning))));

    private static XElement? Facts(IReadOnlyList<ReportFact> facts) => facts.Count == 0
        ? null
        : Section("Key figures", new XElement("dl", facts.Select(Fact)));

    private static XElement Fact(ReportFact fact) =>
        new("div", Text("dt", fact.Label), Text("dd", fact.Value), TextOrNothing("dd", fact.Explanation, Class("note")));

    private static XElement Charts(IReadOnlyList<ReportChart> charts) => Section(
        "Course of the run", charts.Count == 0 ? Text("p", NothingYet) : new XElement("div", Class("charts"), charts.Select(Chart)));

    private static XElement Chart(ReportChart chart, int index) => new(
        "figure", new XElement("figcaption", Text("h3", chart.Title), TextOrNothing("p", chart.Explanation)),
        ChartDrawing.Draw(chart, $"chart{index + 1}-") ?? new XElement("p", Class("empty"), NothingYet));

    private static XElement Table(ReportTable table)
    {
        string title = ReportText.Clean(table.Title);
        bool[] numbers = [.. table.Header.Select((_, column) => HoldsNumbers(table, column))];
        var header = new XElement("tr", table.Header.Select((cell, column) => Cell("th", "col", cell, numbers[column])));
        IEnumerable<XElement> rows = table.Rows.Select(row => new XElement("tr", row.Select(
            (cell, column) => column == 0 ? Cell("th", "row", cell, numbers[0]) : Cell("td", null, cell, numbers[column]))));
        var content = new XElement("table", new XElement("thead", header), new XElement("tbody", rows));

        // A wide table scrolls by itself, with the keyboard too.
        XAttribute[] scrolling = [Class("scroll"), new("tabindex", 0), new("role", "region"), new("aria-label", title)];
        return Section(title, table.Rows.Count == 0 ? Text("p", "There are no rows yet.") : new XElement("div", scrolling, content));
    }

    private static XElement Cell(string element, string? scope, string text, bool isNumber) => new(
        element, scope is null ? null : new XAttribute("scope", scope),
        isNumber ? Class("number") : text.Length > LongText ? Class("long") : null, ReportText.Clean(text));

    /// <summary>Whether every cell of a column that is not empty is a number.</summary>
    private static bool HoldsNumbers(ReportTable table, int column)
    {
        string[] cells = [.. table.Rows.Select(row => row[column]).Where(cell => cell.Length > 0 && cell != ReportNumber.None)];
        return cells.Length > 0 && cells.All(cell => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _));
    }

    private static XElement Section(string title, params object[] content) =>
        new("section", content.OfType<XAttribute>(), Text("h2", title), content.OfType<XElement>());

    private static XElement Text(string element, string text) => new(element, ReportText.Clean(text));

    private static XElement? TextOrNothing(string element, string text, XAttribute? look = null) =>
        text.Length > 0 ? new XElement(element, look, ReportText.Clean(text)) : null;

    private static XAttribute Class(string name) => new("class", name);
}
