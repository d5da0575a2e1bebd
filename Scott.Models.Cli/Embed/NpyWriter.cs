using System.Text;
using Scott.Models.Inference;

namespace Scott.Models.Cli;

/// <summary>
/// Vectors as <c>NAME.npy</c> [n, D], paths beside it as <c>NAME.npy.paths.txt</c>, what made them as <c>NAME.npy.fingerprint.json</c>, and tokens,
/// if asked for, as <c>NAME.tokens.npy</c> [n, N, D].
/// </summary>
internal sealed class NpyWriter : IEmbeddingSink
{
    private readonly NpyArray _vectors;
    private readonly NpyArray? _tokens;
    private readonly GrowingFile _paths;
    private readonly GrowingFile _fingerprint;

    public NpyWriter(string path, VectorFingerprint fingerprint, int tokens)
    {
        _fingerprint = FingerprintFile.Create(path, fingerprint);
        _vectors = new NpyArray(path, fingerprint.Width);
        _tokens = tokens > 0 ? new NpyArray(Path.ChangeExtension(path, ".tokens.npy"), tokens, fingerprint.Width) : null;
        _paths = new GrowingFile(path + ".paths.txt");
    }

    public async ValueTask AddAsync(ImageEmbedding embedding)
    {
        await _vectors.AppendAsync(embedding.Vector);
        await _paths.WriteAsync(Encoding.UTF8.GetBytes(embedding.Name + "\n"));
        if (_tokens is not null)
            await _tokens.AppendAsync(embedding.Tokens!.Values);

        // All or none, so that the files agree whenever a run ends.
        _vectors.Commit();
        _paths.Commit();
        _tokens?.Commit();
    }

    public async ValueTask CompleteAsync() => await GrowingFile.PublishAsync(
        _tokens is null ? null : await _tokens.EndAsync(), _paths, _fingerprint, await _vectors.EndAsync());

    public async ValueTask DisposeAsync()
    {
        await _vectors.DisposeAsync();
        await _paths.DisposeAsync();
        await _fingerprint.DisposeAsync();
        if (_tokens is not null)
            await _tokens.DisposeAsync();
    }
}
