using Scott.Models.Imaging;

namespace Scott.Models.Datasets;

/// <summary>A list of images in a CSV file.</summary>
internal static class ImageListFile
{
    private const string PathColumn = "path";
    private const string LabelColumn = "label";
    /// <summary>How many lines after the first are searched for a path, to tell a header from an image.</summary>
    private const int LinesToCompare = 20;

    private static readonly HashSet<string> Extensions = new(ImageDecoder.FileExtensions, StringComparer.OrdinalIgnoreCase);

    /// <summary>The images, and their labels if there is a column of them.</summary>
    public static async Task<(ImageSource[] Sources, string[]? Labels)> ReadAsync(string path, CancellationToken cancellationToken)
    {
        string text = await TextAsync(path, cancellationToken).ConfigureAwait(false);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        bool IsImage(string field) => Extensions.Contains(Path.GetExtension(field.Trim())) || File.Exists(Path.Combine(folder, field));
        char separator = CsvText.FindSeparator(text, path, IsColumnName, IsImage);
        List<(int Line, string[] Fields)> rows = CsvText.ReadRows(text, path, separator);
        int labels = 1;
        if (rows.Count > 0 && IsHeader(rows, field => Path.HasExtension(field.Trim()) || IsImage(field)))
        {
            CheckHeader(path, rows[0], separator);
            labels = Is(rows[0].Fields[0], LabelColumn) ? 0 : 1;
            if (rows.Count > 1)
                CheckColumns(path, rows[1], rows[0].Fields.Length);

            rows.RemoveAt(0);
        }
        else if (rows is [{ Fields: [string first, string second] } row, ..] && !IsImage(first) && IsImage(second))
        {
            string columnsFound = $"the first column holds '{first}', the second the image '{second}'";
            throw new DatasetException(
                path, $"{columnsFound}; expected the path first. If labels come first, begin the file with the header 'label,path'.", line: row.Line);
        }

        if (rows.Count == 0)
            throw new DatasetException(path, "it lists no image; expected lines of a path, or of a path and a label.");

        int columns = rows[0].Fields.Length;
        rows.ForEach(row => CheckRow(path, row, columns, labels));
        return (
            [.. rows.Select(row => ImageSource.FromFile(Path.Combine(folder, row.Fields[columns == 2 ? 1 - labels : 0])))],
            columns == 2 ? [.. rows.Select(row => row.Fields[labels])] : null);
    }

    /// <summary>The text of a list.</summary>
    /// <exception cref="DatasetException">It is not UTF-8, or UTF-16 with a byte order mark.</exception>
    public static async Task<string> TextAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var encoding = new UTF8Encoding(false, throwOnInvalidBytes: true);
            string text = await File.ReadAllTextAsync(path, encoding, cancellationToken).ConfigureAwait(false);

            // UTF-16 without a byte order mark decodes as UTF-8 with a zero in every second place.
            return text.Contains('\0', StringComparison.Ordinal) ? throw NotUtf8(path, null) : text;
        }
        catch (DecoderFallbackException exception)
        {
            throw NotUtf8(path, exception);
        }
    }

    private static DatasetException NotUtf8(string path, Exception? exception) =>
        new(path, "it is not UTF-8 text. Save it in that encoding.", exception);

    /// <summary>Whether the first line is a header: it has one of the two column names, or it has no path but a later line has one. So a header with
    /// other names is an error, not an image with its own class.</summary>
    private static bool IsHeader(List<(int Line, string[] Fields)> rows, Func<string, bool> isPath)
    {
        string[] first = rows[0].Fields;
        return !first.Any(isPath)
            && (first.Any(IsColumnName) || rows.Skip(1).Take(LinesToCompare).Any(row => row.Fields.Any(isPath)))
            && !first.Any(string.IsNullOrWhiteSpace);
    }

    private static bool IsColumnName(string field) => Is(field, PathColumn) || Is(field, LabelColumn);

    private static bool Is(string field, string column) => string.Equals(field.Trim(), column, StringComparison.OrdinalIgnoreCase);

    private static void CheckHeader(string path, (int Line, string[] Fields) row, char separator)
    {
        bool isKnown = row.Fields switch
        {
            [string only] => Is(only, PathColumn),
            [string one, string other] => (Is(one, PathColumn) && Is(other, LabelColumn)) || (Is(one, LabelColumn) && Is(other, PathColumn)),
            _ => false,
        };
        if (!isKnown)
        {
            throw new DatasetException(
                path, $"the header is '{string.Join(separator, row.Fields)}'; expected 'path' or 'path,label', in either order.", line: row.Line);
        }
    }

    private static void CheckRow(string path, (int Line, string[] Fields) row, int columns, int labels)
    {
        if (columns > 2)
        {
            string detail = $"it has {Plural.Of(columns, "column")}; expected a path, or a path and a label. Quote a path that has a comma.";
            throw new DatasetException(path, detail, line: row.Line);
        }

        CheckColumns(path, row, columns);
        int empty = Array.FindIndex(row.Fields, string.IsNullOrWhiteSpace);
        if (empty >= 0)
            throw new DatasetException(path, $"the {(columns == 2 && empty == labels ? LabelColumn : PathColumn)} is empty.", line: row.Line);
    }

    private static void CheckColumns(string path, (int Line, string[] Fields) row, int columns)
    {
        if (row.Fields.Length != columns)
        {
            string detail = $"it has {Plural.Of(row.Fields.Length, "column")}; expected {columns}, as in the first line.";
            throw new DatasetException(path, detail, line: row.Line);
        }
    }
}
