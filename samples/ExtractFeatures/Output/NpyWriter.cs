using System.Text;
using ExtractFeatures.Running;
using Scott.Models.Inference;

namespace ExtractFeatures.Output;

/// <summary>Vectors as <c>NAME.npy</c> [n, D], paths beside it as <c>NAME.npy.paths.txt</c>, and tokens, if asked for, as <c>NAME.tokens.npy</c> [n, N, D].</summary>
internal sealed class NpyWriter : IEmbeddingSink
{
    private readonly NpyArray _vectors;
    private readonly NpyArray? _tokens;
    private readonly PartFile _paths;

    public NpyWriter(string path, EmbeddingShape shape)
    {
        _vectors = new NpyArray(path, shape.Width);
        _tokens = shape.Tokens > 0 ? new NpyArray(Path.ChangeExtension(path, ".tokens.npy"), shape.Tokens, shape.Width) : null;
        _paths = new PartFile(path + ".paths.txt");
    }

    public async ValueTask AddAsync(ImageEmbedding embedding)
    {
        await _vectors.AppendAsync(embedding.Vector);
        await _paths.WriteAsync(Encoding.UTF8.GetBytes(embedding.Name + "\n"));
        if (_tokens is not null)
        {
            await _tokens.AppendAsync(embedding.Tokens!.Values);
        }

        // All or none, so that the files agree however a run ends.
        _vectors.Commit();
        _paths.Commit();
        _tokens?.Commit();
    }

    public async ValueTask CompleteAsync()
    {
        if (_tokens is not null)
        {
            await _tokens.PublishAsync();
        }

        await _paths.PublishAsync();
        await _vectors.PublishAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _vectors.DisposeAsync();
        await _paths.DisposeAsync();
        if (_tokens is not null)
        {
            await _tokens.DisposeAsync();
        }
    }
}
