using System.Text;
using Scott.Models.Errors;
using Scott.Models.Imaging;

namespace Scott.Models.Data;

/// <summary>A list of pictures in a CSV file.</summary>
internal static class ImageListFile
{
    private const string PathColumn = "path";
    private const string LabelColumn = "label";

    /// <summary>The pictures, and their labels if there is a column of them.</summary>
    public static async Task<(ImageSource[] Sources, string[]? Labels)> ReadAsync(string path, CancellationToken cancellationToken)
    {
        List<(int Line, string[] Fields)> rows = [.. new CsvReader(await TextAsync(path, cancellationToken).ConfigureAwait(false), path).ReadRows()];
        if (rows.Count > 0 && IsHeader(rows[0].Fields))
        {
            CheckHeader(path, rows[0]);
            if (rows.Count > 1)
            {
                CheckColumns(path, rows[1], rows[0].Fields.Length);
            }

            rows.RemoveAt(0);
        }

        if (rows.Count == 0)
        {
            throw new DatasetException(path, "it lists no picture; expected lines of a path, or of a path and a label.");
        }

        int columns = rows[0].Fields.Length;
        rows.ForEach(row => CheckRow(path, row, columns));
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return (
            [.. rows.Select(row => ImageSource.FromFile(Path.Combine(folder, row.Fields[0])))],
            columns == 2 ? [.. rows.Select(row => row.Fields[1])] : null);
    }

    private static async Task<string> TextAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            string text = await File.ReadAllTextAsync(path, new UTF8Encoding(false, throwOnInvalidBytes: true), cancellationToken).ConfigureAwait(false);

            // UTF-16 without a byte order mark passes for UTF-8 with a zero at every other place.
            return text.Contains('\0', StringComparison.Ordinal) ? throw NotUtf8(path, null) : text;
        }
        catch (DecoderFallbackException exception)
        {
            throw NotUtf8(path, exception);
        }
    }

    private static DatasetException NotUtf8(string path, Exception? exception) => new(path, "it is not UTF-8 text. Save it in that encoding.", exception);

    /// <summary>One of the two names is enough, so that a header with another name beside it is an error and no picture with a class of its own.</summary>
    private static bool IsHeader(string[] fields) => Is(fields[0], PathColumn) || (fields.Length > 1 && Is(fields[1], LabelColumn));

    private static bool Is(string field, string column) => string.Equals(field, column, StringComparison.OrdinalIgnoreCase);

    private static void CheckHeader(string path, (int Line, string[] Fields) row)
    {
        if (row.Fields.Length > 2 || !Is(row.Fields[0], PathColumn) || (row.Fields.Length == 2 && !Is(row.Fields[1], LabelColumn)))
        {
            throw new DatasetException(path, $"the header is '{string.Join(',', row.Fields)}'; expected 'path' or 'path,label'.", line: row.Line);
        }
    }

    private static void CheckRow(string path, (int Line, string[] Fields) row, int columns)
    {
        if (columns > 2)
        {
            throw new DatasetException(path, $"it has {columns} columns; expected a path, or a path and a label. Quote a path that has a comma.", line: row.Line);
        }

        CheckColumns(path, row, columns);
        int empty = Array.FindIndex(row.Fields, string.IsNullOrWhiteSpace);
        if (empty >= 0)
        {
            throw new DatasetException(path, $"the {(empty == 0 ? PathColumn : LabelColumn)} is empty.", line: row.Line);
        }
    }

    private static void CheckColumns(string path, (int Line, string[] Fields) row, int columns)
    {
        if (row.Fields.Length != columns)
        {
            throw new DatasetException(path, $"it has {row.Fields.Length} columns; expected {columns}, as in the first line.", line: row.Line);
        }
    }
}
