namespace Scott.Models.Datasets;

/// <summary>Finds what separates the fields of a list of images: a comma, or what spreadsheets write where the comma is the decimal sign.</summary>
internal static class CsvSeparator
{
    public const char Default = ',';

    /// <summary>Of equals the first wins.</summary>
    private static readonly char[] Candidates = [Default, ';', '\t', '|'];

    /// <summary>The separator. In a list of one column it is the comma, as a path that holds one has to be quoted.</summary>
    /// <param name="text">The list.</param>
    /// <param name="name">The file.</param>
    /// <param name="isColumnName">Whether a field is a word that a header has.</param>
    /// <param name="isImage">Whether a field is the path of an image.</param>
    public static char Find(string text, string name, Func<string, bool> isColumnName, Func<string, bool> isImage)
    {
        if (Declared(text) is { } declared)
        {
            return declared;
        }

        (char Separator, string[][] Rows)[] split =
            [.. Candidates.Select(candidate => (candidate, FirstRows(text, name, candidate))).Where(each => each.Item2 is [{ Length: > 1 }, ..])];
        Func<string[][], bool>[] signs =
        [
            rows => rows[0].Any(isColumnName) && !rows[0].Any(isImage),
            rows => rows[0].Any(isImage),
            rows => rows.Length > 1 && rows[1].Length > 1 && rows[1].Any(isImage),
        ];
        foreach (Func<string[][], bool> sign in signs)
        {
            if (Array.FindIndex(split, each => sign(each.Rows)) is >= 0 and int found)
            {
                return split[found].Separator;
            }
        }

        return Default;
    }

    /// <summary>What a first line such as <c>sep=;</c> says, which spreadsheets write and obey.</summary>
    public static char? Declared(string text) =>
        text.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) && text.Length > 5 && text[5] is '\r' or '\n' ? text[4] : null;

    /// <summary>Up to two rows; none where this separator does not fit the quotes.</summary>
    private static string[][] FirstRows(string text, string name, char separator)
    {
        try
        {
            return [.. new CsvReader(text, name, separator).ReadRows().Take(2).Select(row => row.Fields)];
        }
        catch (DatasetException)
        {
            return [];
        }
    }
}
