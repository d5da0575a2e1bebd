using System.Buffers;
using System.Text;

namespace Scott.Models.Cli;

/// <summary>A table as CSV, by RFC 4180, that grows line by line. It takes its name when it is complete, with the lines that are whole.</summary>
/// <param name="path">The file.</param>
/// <param name="columns">The names of the columns.</param>
internal sealed class CsvFile(string path, IReadOnlyList<string> columns) : IAsyncDisposable
{
    private static readonly SearchValues<char> QuotedCharacters = SearchValues.Create(",\"\r\n");

    private readonly GrowingFile _file = new(path);
    private bool _hasHeader;

    /// <summary>The file that grows.</summary>
    public GrowingFile File => _file;

    /// <summary>Begins a file; <see langword="null"/> without a path.</summary>
    public static CsvFile? Create(string? path, params IReadOnlyList<string> columns) => path is null ? null : new CsvFile(path, columns);

    /// <summary>Gives a file its name, unless it has no line.</summary>
    public static async Task CompleteAsync(CsvFile? csv)
    {
        if (csv is { _hasHeader: true })
            await GrowingFile.PublishAsync(csv._file);
    }

    /// <summary>A number in the shortest digits that read back to it.</summary>
    public static string Say(float value) => value.ToString(CultureInfo.InvariantCulture);

    /// <param name="fields">One for each column.</param>
    public async Task AddAsync(params IEnumerable<string> fields)
    {
        string line = _hasHeader ? Line(fields) : Line(columns) + Line(fields);
        await _file.WriteAsync(Encoding.UTF8.GetBytes(line));
        _file.Commit();
        _hasHeader = true;
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private static string Line(IEnumerable<string> fields) => string.Join(',', fields.Select(Quote)) + "\r\n";

    private static string Quote(string text) =>
        text.AsSpan().ContainsAny(QuotedCharacters) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
