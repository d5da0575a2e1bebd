using nietras.SeparatedValues;

namespace Scott.Models.Datasets;

/// <summary>Splits comma-separated text, or text with another separator, into fields as RFC 4180 says. Empty lines are skipped. Sep finds the rows
/// and fields, but does not check quotes: this class does.</summary>
internal static class CsvText
{
    private const char DefaultSeparator = ',';

    /// <summary>The comma, and what spreadsheets write where the comma is the decimal sign. If several fit, the first wins.</summary>
    private static readonly char[] Separators = [DefaultSeparator, ';', '\t', '|'];

    /// <summary>Finds the separator. A list of one column gives the comma, so a path with a comma must be quoted.</summary>
    public static char FindSeparator(string text, string name, Func<string, bool> isColumnName, Func<string, bool> isImage)
    {
        if (Declared(text) is { } declared)
            return declared;

        (char Separator, string[][] Rows)[] split =
            [.. Separators.Select(separator => (separator, FirstRows(text, name, separator))).Where(each => each.Item2 is [{ Length: > 1 }, ..])];
        Func<string[][], bool>[] signs =
        [
            rows => rows[0].Any(isColumnName) && !rows[0].Any(isImage),
            rows => rows[0].Any(isImage),
            rows => rows.Length > 1 && rows[1].Length > 1 && rows[1].Any(isImage),
        ];
        return signs.SelectMany(sign => split.Where(each => sign(each.Rows))).Select(each => each.Separator).FirstOrDefault(DefaultSeparator);
    }

    /// <summary>Reads the rows, each with its first line, from 1. A first line that declares the separator is not a row.</summary>
    /// <exception cref="DatasetException">A quote is not closed, or stands inside a field.</exception>
    public static List<(int Line, string[] Fields)> ReadRows(string text, string name, char separator, int most = int.MaxValue)
    {
        List<(int Line, string[] Fields)> rows = [];
        using SepReader reader = Reader(text, name, separator);
        int line = 1, toSkip = Declared(text) is null ? 0 : 1;
        while (rows.Count < most && MoveNext(reader, name, line))
        {
            SepReader.Row row = reader.Current;
            if (row.Span.Length > 0 && toSkip-- <= 0)
                rows.Add((line, Fields(row, name, line, separator)));

            line = row.LineNumberToExcl;
        }

        return rows;
    }

    /// <summary>The separator that a first line such as <c>sep=;</c> declares. Spreadsheets write and read such a line.</summary>
    private static char? Declared(string text) =>
        text.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) && text.Length > 5 && text[5] is '\r' or '\n' ? text[4] : null;

    /// <summary>Reads up to two rows; none if the quotes do not fit this separator.</summary>
    private static string[][] FirstRows(string text, string name, char separator)
    {
        try
        {
            return [.. ReadRows(text, name, separator, most: 2).Select(row => row.Fields)];
        }
        catch (DatasetException)
        {
            return [];
        }
    }

    private static SepReader Reader(string text, string name, char separator)
    {
        try
        {
            return Sep.New(separator).Reader(options => options with { HasHeader = false, DisableColCountCheck = true }).FromText(text);
        }
        catch (ArgumentException exception)
        {
            string detail = $"'{separator}' cannot separate fields; expected a comma, a semicolon, a tab or a vertical bar.";
            throw new DatasetException(name, detail, exception, line: 1);
        }
    }

    private static bool MoveNext(SepReader reader, string name, int line)
    {
        try
        {
            return reader.MoveNext();
        }
        catch (NotSupportedException exception)
        {
            // The row is longer than Sep can hold: only a missing quote makes it so.
            throw Unclosed(name, line, exception);
        }
    }

    private static string[] Fields(SepReader.Row row, string name, int line, char separator)
    {
        string[] fields = new string[row.ColCount];
        for (int i = 0; i < fields.Length; i++)
        {
            ReadOnlySpan<char> raw = row[i].Span;
            fields[i] = Field(raw, name, line, separator);
            line += LineEnds(raw);
        }

        return fields;
    }

    private static string Field(ReadOnlySpan<char> raw, string name, int line, char separator)
    {
        int quote = raw.IndexOf('"');
        if (quote != 0)
        {
            return quote < 0
                ? raw.ToString()
                : throw new DatasetException(
                    name, $"a quote stands inside the field '{raw[..quote]}…'; put the whole field in quotes, and double the quote.",
                    line: line);
        }

        // The text has no zero characters, so one can replace a doubled quote.
        string inside = raw[1..].ToString().Replace("\"\"", "\0", StringComparison.Ordinal);
        int end = inside.IndexOf('"', StringComparison.Ordinal);
        if (end < 0)
            throw Unclosed(name, line, null);

        string expected = separator == '\t' ? "a tab" : $"'{separator}'";
        return end == inside.Length - 1
            ? inside[..end].Replace('\0', '"')
            : throw new DatasetException(
                name,
                $"after a closing quote stands '{inside[end + 1]}'; expected {expected} or the line's end. Double a quote that belongs to the field.",
                line: line + LineEnds(inside.AsSpan(0, end)));
    }

    private static int LineEnds(ReadOnlySpan<char> text) => text.Count('\n') + text.Count('\r') - text.Count("\r\n");

    private static DatasetException Unclosed(string name, int line, Exception? exception) =>
        new(name, "a quote is opened and never closed.", exception, line);
}
