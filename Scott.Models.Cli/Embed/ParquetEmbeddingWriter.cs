using Parquet;
using Parquet.Schema;
using Scott.Models.Inference;

namespace Scott.Models.Cli;

/// <summary>
/// A column <c>path</c>, a column <c>embedding</c> and, if asked for, a column <c>tokens</c> (row-major, N·D numbers), in bounded row groups. The
/// file's metadata say what made the vectors, as <c>scott.fingerprint</c>.
/// </summary>
internal sealed class ParquetEmbeddingWriter : IEmbeddingSink
{
    /// <summary>The most that one row group holds, and so that waits in memory: 8 MB.</summary>
    private const int FloatsPerRowGroup = 1 << 21;
    private const string FingerprintKey = "scott.fingerprint";

    private readonly GrowingFile _file;
    private readonly VectorFingerprint _fingerprint;
    private readonly DataField<string> _path = new("path");
    private readonly FloatListColumn[] _columns;
    private readonly List<string> _paths = [];
    private readonly int _rowsPerGroup;
    private ParquetWriter? _writer;

    public ParquetEmbeddingWriter(string path, VectorFingerprint fingerprint, int tokens)
    {
        _fingerprint = fingerprint;
        _file = new GrowingFile(path);
        var embedding = new FloatListColumn("embedding", fingerprint.Width, result => result.Vector);
        _columns = tokens == 0
            ? [embedding]
            : [embedding, new FloatListColumn("tokens", tokens * fingerprint.Width, result => result.Tokens!.Values)];
        _rowsPerGroup = Math.Max(1, FloatsPerRowGroup / _columns.Sum(column => column.Length));
    }

    public async ValueTask AddAsync(ImageEmbedding embedding)
    {
        _paths.Add(embedding.Name);
        foreach (FloatListColumn column in _columns)
            column.Add(embedding);

        if (_paths.Count == _rowsPerGroup)
            await WriteRowGroupAsync();
    }

    public async ValueTask CompleteAsync()
    {
        if (_paths.Count > 0)
            await WriteRowGroupAsync();

        // The writer ends the file: its footer says where the row groups are.
        await _writer!.DisposeAsync();
        _file.Commit();
        await GrowingFile.PublishAsync(_file);
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private async Task WriteRowGroupAsync()
    {
        if (_writer is null)
        {
            _writer = await ParquetWriter.CreateAsync(new ParquetSchema([_path, .. _columns.Select(column => column.Field)]), _file.Stream);
            _writer.CustomMetadata = new Dictionary<string, string> { [FingerprintKey] = _fingerprint.ToJson() };
        }

        using (ParquetRowGroupWriter group = _writer.CreateRowGroup())
        {
            await group.WriteAsync(_path, _paths);
            foreach (FloatListColumn column in _columns)
                await column.WriteAsync(group, _paths.Count);
        }

        _paths.Clear();
    }
}
