using Scott.Models.Imaging;

namespace Scott.Models.Datasets;

/// <summary>A list of images with several labels each in a CSV file.</summary>
internal static class MultiLabelListFile
{
    private const string Expected =
        "expected 'path,labels' with the labels of an image in one field, or 'path' and a column of 0 and 1 for each label";

    private static readonly string[] LabelColumns = ["labels", "label"];
    private static readonly char[] LabelSeparators = ['|', ';'];

    /// <exception cref="ArgumentException">It separates no labels.</exception>
    public static void RequireSeparator(char? separator, string parameter)
    {
        if (separator is { } given && !LabelSeparators.Contains(given))
            throw new ArgumentException($"The separator of labels is '{given}'; expected '{string.Join("' or '", LabelSeparators)}'.", parameter);
    }

    /// <summary>The images and the names of their labels; all names, if there is a column for each.</summary>
    public static async Task<MultiLabelRows> ReadAsync(string path, char? labelSeparator, CancellationToken cancellationToken)
    {
        string text = await ImageListFile.TextAsync(path, cancellationToken).ConfigureAwait(false);
        char separator = CsvText.FindSeparator(text, path, IsPathColumn, _ => false);
        List<(int Line, string[] Fields)> rows = CsvText.ReadRows(text, path, separator);
        string[] header = rows.Count > 0 ? [.. rows[0].Fields.Select(field => field.Trim())] : [];
        int at = Array.FindIndex(header, IsPathColumn);
        bool isList = header.Length == 2 && at >= 0 && LabelColumns.Any(name => ImageListFile.Is(header[1 - at], name));
        if (rows.Count > 0)
            CheckHeader(path, header, rows[0].Line, isList, separator);

        rows = [.. rows.Skip(1)];
        if (rows.Count == 0)
            throw new DatasetException(path, $"it lists no image; {Expected}.");

        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string[] images = ReadPaths(path, rows, header.Length, at, folder);
        int[] columns = [.. Enumerable.Range(0, header.Length).Where(column => column != at)];
        string[][] labels = isList
            ? ReadFields(path, rows, columns[0], labelSeparator ?? FindLabelSeparator(path, rows, columns[0]))
            : [.. rows.Select(row => columns.Where(column => IsOne(path, row, header, column)).Select(column => header[column]).ToArray())];
        return new MultiLabelRows([.. images.Select(ImageSource.FromFile)], labels, isList ? [] : [.. columns.Select(column => header[column])]);
    }

    private static void CheckHeader(string path, string[] header, int line, bool isList, char separator)
    {
        int paths = header.Count(IsPathColumn);
        bool isKnown = paths == 1 && header.Length > 1 && (isList || !header.Any(field => ImageListFile.Is(field, LabelColumns[0])));
        if (!isKnown)
            throw new DatasetException(path, $"the header is '{Quoted.Value(string.Join(separator, header))}'; {Expected}.", line: line);
        if (header.Any(string.IsNullOrEmpty))
            throw new DatasetException(path, "a column has no name; expected the name of a label.", line: line);
        if (header.GroupBy(field => field, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { Key: string twice })
            throw new DatasetException(path, $"the label '{Quoted.Value(twice)}' has two columns; expected one.", line: line);
    }

    /// <summary>The full path of each row's image.</summary>
    private static string[] ReadPaths(string path, List<(int Line, string[] Fields)> rows, int columns, int at, string folder)
    {
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        string[] images = new string[rows.Count];
        for (int i = 0; i < images.Length; i++)
        {
            (int line, string[] fields) = rows[i];
            ImageListFile.CheckColumns(path, rows[i], columns);
            if (string.IsNullOrWhiteSpace(fields[at]))
                throw new DatasetException(path, "the path is empty.", line: line);

            images[i] = ImageListFile.PathOf(folder, fields[at]);
            string full = Path.GetFullPath(images[i]);
            if (!lines.TryAdd(full, line))
            {
                string listed = $"'{Quoted.Value(fields[at])}' is listed in line {lines[full]} already";
                throw new DatasetException(path, $"{listed}; expected one line for each image, with all its labels.", line: line);
            }
        }

        return images;
    }

    private static bool IsOne(string path, (int Line, string[] Fields) row, string[] header, int column) => row.Fields[column].Trim() switch
    {
        "1" => true,
        "0" => false,
        string other => throw new DatasetException(
            path, $"the column '{Quoted.Value(header[column])}' holds '{Quoted.Value(other)}'; expected 0 or 1.", line: row.Line),
    };

    /// <summary>The separator that the labels have; without any, each field is one label.</summary>
    private static char FindLabelSeparator(string path, List<(int Line, string[] Fields)> rows, int column)
    {
        int LineOf(char separator) => rows.Find(row => row.Fields[column].Contains(separator, StringComparison.Ordinal)).Line;
        (char Separator, int Line)[] used = [.. LabelSeparators.Select(each => (each, LineOf(each))).Where(each => each.Item2 > 0)];
        return used.Length < 2 ? used.Select(each => each.Separator).FirstOrDefault(LabelSeparators[0]) : throw new DatasetException(
            path,
            $"labels have '{used[0].Separator}' in line {used[0].Line} and '{used[1].Separator}' in line {used[1].Line}. "
                + "Set labelSeparator to the one that separates labels.");
    }

    private static string[][] ReadFields(string path, List<(int Line, string[] Fields)> rows, int column, char separator) => [.. rows.Select(row =>
    {
        string field = row.Fields[column];
        string[] labels = string.IsNullOrWhiteSpace(field) ? [] : field.Split(separator, StringSplitOptions.TrimEntries);
        if (labels.Any(string.IsNullOrEmpty))
            throw new DatasetException(path, $"a label of '{Quoted.Value(field)}' is empty.", line: row.Line);

        return labels.GroupBy(label => label, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is not { Key: string twice }
            ? labels
            : throw new DatasetException(path, $"the label '{Quoted.Value(twice)}' occurs twice; expected each label once.", line: row.Line);
    })];

    private static bool IsPathColumn(string field) => ImageListFile.Is(field, ImageListFile.PathColumn);
}

/// <summary>The rows of a list: images, the labels of each, and labels that have a column and so perhaps no image.</summary>
internal sealed record MultiLabelRows(ImageSource[] Sources, string[][] Labels, string[] ClassNames);
