using System.Buffers;
using System.Text;
using Scott.Models.Inference;

namespace Scott.Models.Cli;

/// <summary>One line per image, by RFC 4180: the path, then the vector in the shortest digits that read back to the same numbers.
/// What made the vectors is beside it as <c>NAME.csv.fingerprint.json</c>.</summary>
internal sealed class CsvWriter(string path, VectorFingerprint fingerprint) : IEmbeddingSink
{
    private const string LineEnd = "\r\n";

    private static readonly SearchValues<char> QuotedCharacters = SearchValues.Create(",\"\r\n");

    private readonly GrowingFile _fingerprint = FingerprintFile.Create(path, fingerprint);
    private readonly GrowingFile _file = new(path);
    private bool _hasHeader;

    public async ValueTask AddAsync(ImageEmbedding embedding)
    {
        var line = new StringBuilder();
        if (!_hasHeader)
        {
            line.Append("path");
            for (int i = 0; i < fingerprint.Width; i++)
                line.Append(CultureInfo.InvariantCulture, $",v{i}");

            line.Append(LineEnd);
        }

        line.Append(Quote(embedding.Name));
        foreach (float value in embedding.Vector.Span)
            line.Append(',').Append(value.ToString(CultureInfo.InvariantCulture));

        await _file.WriteAsync(Encoding.UTF8.GetBytes(line.Append(LineEnd).ToString()));
        _file.Commit();
        _hasHeader = true;
    }

    public async ValueTask CompleteAsync() => await GrowingFile.PublishAsync(_fingerprint, _file);

    public async ValueTask DisposeAsync()
    {
        await _fingerprint.DisposeAsync();
        await _file.DisposeAsync();
    }

    private static string Quote(string text) =>
        text.AsSpan().ContainsAny(QuotedCharacters) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
