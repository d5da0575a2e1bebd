using System.Buffers.Binary;
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

    /// <summary>The length of the footer and the four letters at the end of a file.</summary>
    private const int EndBytes = 8;

    private const string FingerprintKey = "scott.fingerprint";

    private readonly GrowingFile _file;
    private readonly VectorFingerprint _fingerprint;
    private readonly DataField<string> _path = new("path");
    private readonly FloatListColumn[] _columns;
    private readonly List<string> _paths = [];
    private readonly int _rowsPerGroup;
    private readonly ParquetSchema _schema;
    private bool _hasFailed; // what was gathered then is lost

    public ParquetEmbeddingWriter(string path, VectorFingerprint fingerprint, int tokens)
    {
        _fingerprint = fingerprint;
        _file = new GrowingFile(path);
        var embedding = new FloatListColumn("embedding", fingerprint.Width, result => result.Vector);
        _columns = tokens == 0
            ? [embedding]
            : [embedding, new FloatListColumn("tokens", tokens * fingerprint.Width, result => result.Tokens!.Values)];
        _schema = new ParquetSchema([_path, .. _columns.Select(column => column.Field)]);
        _rowsPerGroup = Math.Max(1, FloatsPerRowGroup / _columns.Sum(column => column.Length));
    }

    public long? KeptImages { get; private set; }

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
        if (_paths.Count > 0 && !_hasFailed)
            await WriteRowGroupAsync();

        if (_file.WholeBytes > 0)
            await GrowingFile.PublishAsync(_file);
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    /// <summary>Writes a row group over the end of the file, then the new end: what is written is always a whole file.</summary>
    private async Task WriteRowGroupAsync()
    {
        byte[] end = await ReadEndAsync();
        try
        {
            await using (ParquetWriter writer = await ParquetWriter.CreateAsync(_schema, _file.Stream, append: end.Length > 0))
            {
                writer.CustomMetadata = new Dictionary<string, string> { [FingerprintKey] = _fingerprint.ToJson() };
                using ParquetRowGroupWriter group = writer.CreateRowGroup();
                await group.WriteAsync(_path, _paths);
                foreach (FloatListColumn column in _columns)
                    await column.WriteAsync(group, _paths.Count);
            }

            _file.Commit();
        }
        catch
        {
            _hasFailed = true;
            await _file.RestoreEndAsync(end);
            throw;
        }

        KeptImages = (KeptImages ?? 0) + _paths.Count;
        _paths.Clear();
    }

    /// <summary>The footer, which says where the row groups are, then its length, then four letters. Nothing if there is no file yet.</summary>
    private async Task<byte[]> ReadEndAsync()
    {
        if (_file.WholeBytes == 0)
            return [];

        byte[] last = await _file.ReadEndAsync(EndBytes);
        return await _file.ReadEndAsync(BinaryPrimitives.ReadInt32LittleEndian(last) + EndBytes);
    }
}
