using Scott.Models.Imaging;

namespace Scott.Models.Datasets;

/// <summary>A list of images in a CSV file.</summary>
internal static class ImageListFile
{
    public const string PathColumn = "path";
    private const string LabelColumn = "label";
    /// <summary>How many lines after the first are searched for a path, to tell a header from an image.</summary>
    private const int LinesToCompare = 20;

    private static readonly HashSet<string> Extensions = new(ImageDecoder.FileExtensions, StringComparer.OrdinalIgnoreCase);

    /// <summary>The images, and their labels if there is a column of them.</summary>
    public static async Task<(ImageSource[] Sources, string[]? Labels)> ReadAsync(string path, CancellationToken cancellationToken)
    {
        string text = await TextAsync(path, cancellationToken).ConfigureAwait(false);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        bool IsImage(string field) => Extensions.Contains(Path.GetExtension(field.Trim())) || File.Exists(PathOf(folder, field));
        char separator = CsvText.FindSeparator(text, path, IsColumnName, IsImage);
        List<(int Line, string[] Fields)> rows = CsvText.ReadRows(text, path, separator);
        int labels = 1;
        if (rows.Count > 0 && IsHeader(rows, IsImage))
        {
            CheckHeader(path, rows[0], separator);
            labels = Is(rows[0].Fields[0], LabelColumn) ? 0 : 1;
            if (rows.Count > 1)
                CheckColumns(path, rows[1], rows[0].Fields.Length);

            rows.RemoveAt(0);
        }
        else if (rows is [{ Fields: [string first, string second] } row, ..] && !IsImage(first) && IsImage(second))
        {
            string columnsFound = $"the first column holds '{Quoted.Value(first)}', the second the image '{Quoted.Value(second)}'";
            throw new DatasetException(
                path, $"{columnsFound}; expected the path first. If labels come first, begin the file with the header 'label,path'.", line: row.Line);
        }

        if (rows.Count == 0)
            throw new DatasetException(path, "it lists no image; expected lines of a path, or of a path and a label.");

        int columns = rows[0].Fields.Length;
        rows.ForEach(row => CheckRow(path, row, columns, labels));
        return (
            [.. rows.Select(row => ImageSource.FromFile(PathOf(folder, row.Fields[columns == 2 ? 1 - labels : 0])))],
            columns == 2 ? [.. rows.Select(row => row.Fields[labels])] : null);
    }

    /// <summary>The text of a list.</summary>
    /// <exception cref="DatasetException">It is not UTF-8, or UTF-16 with a byte order mark.</exception>
    public static Task<string> TextAsync(string path, CancellationToken cancellationToken) => StrictText.ReadAsync(
        path, error => new DatasetException(path, "it is not UTF-8 text. Save it in that encoding.", error), cancellationToken);

    /// <summary>The path of a listed image. Windows separates folders by a backslash; on other systems it can belong to the name of a file.</summary>
    public static string PathOf(string folder, string field)
    {
        string path = Path.Combine(folder, field);
        bool isOfWindows = Path.DirectorySeparatorChar == '/' && field.Contains('\\', StringComparison.Ordinal) && !File.Exists(path);
        return isOfWindows ? Path.Combine(folder, field.Replace('\\', '/')) : path;
    }

    public static bool Is(string field, string column) => string.Equals(field.Trim(), column, StringComparison.OrdinalIgnoreCase);

    /// <exception cref="DatasetException">The row has another number of columns.</exception>
    public static void CheckColumns(string path, (int Line, string[] Fields) row, int columns)
    {
        if (row.Fields.Length != columns)
        {
            string detail = $"it has {Plural.Of(row.Fields.Length, "column")}; expected {columns}, as in the first line.";
            throw new DatasetException(path, detail, line: row.Line);
        }
    }

    /// <summary>Whether the first line is a header: it has one of the two column names, or it has no path but a later line has one. So a header with
    /// other names is an error, not an image with its own class.</summary>
    private static bool IsHeader(List<(int Line, string[] Fields)> rows, Func<string, bool> isImage)
    {
        string[] first = rows[0].Fields;
        bool IsPath(string field) => Path.HasExtension(field.Trim()) || isImage(field);

        // The other name of a header may have a full stop, as in image.file.
        return !first.Any(string.IsNullOrWhiteSpace) && (first.Any(IsColumnName)
            ? !first.Any(isImage)
            : !first.Any(IsPath) && rows.Skip(1).Take(LinesToCompare).Any(row => row.Fields.Any(IsPath)));
    }

    private static bool IsColumnName(string field) => Is(field, PathColumn) || Is(field, LabelColumn);

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
            string header = Quoted.Value(string.Join(separator, row.Fields));
            throw new DatasetException(path, $"the header is '{header}'; expected 'path' or 'path,label', in either order.", line: row.Line);
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
}
