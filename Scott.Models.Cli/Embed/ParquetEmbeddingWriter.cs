using System.Buffers.Binary;
using System.Runtime.ExceptionServices;
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
    private long _written;
    private bool _hasFailed; // what was gathered then is lost
    private bool _isWhole = true; // as far as it is committed

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

    /// <summary>What the file that has its name holds; 0 if there is none.</summary>
    public long? KeptImages { get; private set; } = 0;

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
        ExceptionDispatchInfo? failure = null;
        try
        {
            if (_paths.Count > 0 && !_hasFailed)
                await WriteRowGroupAsync();
        }
        catch (Exception exception)
        {
            failure = ExceptionDispatchInfo.Capture(exception);
        }

        if (_file.WholeBytes > 0 && _isWhole)
        {
            await GrowingFile.PublishAsync(_file);
            KeptImages = _written;
        }

        failure?.Throw();
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    /// <summary>Writes a row group over the end of the file, then the new end: what is committed is always a whole file.</summary>
    private async Task WriteRowGroupAsync()
    {
        byte[] end = await ReadEndAsync();
        try
        {
            await _file.WriteAsync(stream => WriteRowGroupAsync(stream, isFirst: end.Length == 0));
            _file.Commit();
        }
        catch
        {
            _hasFailed = true;
            _isWhole = await _file.TryRestoreEndAsync(end);
            throw;
        }

        _written += _paths.Count;
        _paths.Clear();
    }

    private async Task WriteRowGroupAsync(Stream stream, bool isFirst)
    {
        await using ParquetWriter writer = await ParquetWriter.CreateAsync(_schema, stream, append: !isFirst);
        writer.CustomMetadata = new Dictionary<string, string> { [FingerprintKey] = _fingerprint.ToJson() };
        using ParquetRowGroupWriter group = writer.CreateRowGroup();
        await group.WriteAsync(_path, _paths);
        foreach (FloatListColumn column in _columns)
            await column.WriteAsync(group, _paths.Count);
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
