using System.Text;
using Scott.Models.Inference;

namespace Scott.Models.Cli;

/// <summary>
/// Vectors as <c>NAME.npy</c> [n, D], paths beside it as <c>NAME.npy.paths.txt</c>, what made them as <c>NAME.npy.fingerprint.json</c>, and tokens,
/// if asked for, as <c>NAME.tokens.npy</c> [n, N, D]. The paths have one line for each row of the vectors: on Unix, where names can have line breaks,
/// a backslash and a line break stand as <c>\\</c>, <c>\n</c> and <c>\r</c>.
/// </summary>
internal sealed class NpyWriter : IEmbeddingSink
{
    private const string PathsEnding = ".paths.txt";

    private readonly NpyArray _vectors;
    private readonly NpyArray? _tokens;
    private readonly GrowingFile _paths;
    private readonly GrowingFile _fingerprint;
    private long _images;

    public NpyWriter(string path, VectorFingerprint fingerprint, int tokens)
    {
        _fingerprint = FingerprintFile.Create(path, fingerprint);
        _vectors = new NpyArray(path, fingerprint.Width);
        _tokens = tokens > 0 ? new NpyArray(TokensPath(path), tokens, fingerprint.Width) : null;
        _paths = new GrowingFile(path + PathsEnding);
    }

    /// <summary>All images, once the files have their names: a failure after that costs none.</summary>
    public long? KeptImages { get; private set; }

    /// <summary>The file of tokens beside vectors, or <see langword="null"/> if there is none. A file with paths of its own is an output of its
    /// own.</summary>
    public static string? FindTokens(string path)
    {
        string tokens = TokensPath(path);
        return File.Exists(tokens) && !File.Exists(tokens + PathsEnding) ? tokens : null;
    }

    public async ValueTask AddAsync(ImageEmbedding embedding)
    {
        await _vectors.AppendAsync(embedding.Vector);
        await _paths.WriteAsync(Encoding.UTF8.GetBytes(Line(embedding.Name)));
        if (_tokens is not null)
            await _tokens.AppendAsync(embedding.Tokens!.Values);

        // All or none, so that the files agree whenever a run ends.
        _vectors.Commit();
        _paths.Commit();
        _tokens?.Commit();
        _images++;
    }

    public async ValueTask CompleteAsync()
    {
        await GrowingFile.PublishAsync(_tokens is null ? null : await _tokens.EndAsync(), _paths, _fingerprint, await _vectors.EndAsync());
        KeptImages = _images;
    }

    public async ValueTask DisposeAsync()
    {
        await _vectors.DisposeAsync();
        await _paths.DisposeAsync();
        await _fingerprint.DisposeAsync();
        if (_tokens is not null)
            await _tokens.DisposeAsync();
    }

    /// <summary>As in the list of a job's inputs. On Windows no name has a line break, and backslashes are between folders.</summary>
    private static string Line(string name)
    {
        if (!OperatingSystem.IsWindows())
        {
            name = name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)
                .Replace("\r", "\\r", StringComparison.Ordinal);
        }

        return name + "\n";
    }

    private static string TokensPath(string path) => Path.ChangeExtension(path, ".tokens.npy");
}
