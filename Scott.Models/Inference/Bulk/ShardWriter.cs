using Parquet;
using Parquet.Schema;

namespace Scott.Models.Inference;

/// <summary>Writes the rows of one shard as Parquet, in row groups of bounded size, and seals the file.</summary>
/// <remarks>Without compression and dictionaries: vectors hardly shrink, and bytes then depend on no compressor. Nothing in the file depends on the
/// time or the machine.</remarks>
internal sealed class ShardWriter
{
    public const string KeyColumn = "key";
    public const string VectorColumn = "embedding";
    public const string ErrorColumn = "error";
    public const string HashColumn = "content_sha256";
    public const string FingerprintKey = "scott.fingerprint"; // as in the Parquet files of the tool

    /// <summary>The most numbers that wait in memory: 8 MB.</summary>
    private const int FloatsPerRowGroup = 1 << 21;
    private const int MostRowsPerGroup = 1 << 16;

    private static readonly ParquetOptions Options = new() { CompressionMethod = CompressionMethod.None, DictionaryEncodingThreshold = 0 };

    private readonly VectorFingerprint _fingerprint;
    private readonly FileStream _file;
    private readonly HashingStream _stream;
    private readonly int _rowsPerGroup;
    private readonly DataField _key = new(KeyColumn, typeof(string), isNullable: false);
    private readonly DataField<float> _element = new("element");
    private readonly ListField _vector;
    private readonly DataField _error = new(ErrorColumn, typeof(string), isNullable: true);
    private readonly DataField _hash = new(HashColumn, typeof(string), isNullable: true);
    private readonly List<string> _keys = [];
    private readonly List<string?> _errors = [];
    private readonly List<string?> _hashes = [];
    private float[] _floats = [];
    private int _filled;

    /// <param name="fingerprint">What makes the vectors.</param>
    /// <param name="file">The file.</param>
    /// <param name="rowsPerGroup">The rows of a row group; <see langword="null"/> for as many as memory allows.</param>
    public ShardWriter(VectorFingerprint fingerprint, FileStream file, int? rowsPerGroup = null)
    {
        (_fingerprint, _file, _stream) = (fingerprint, file, new HashingStream(file));
        _vector = new ListField(VectorColumn, _element);
        _rowsPerGroup = rowsPerGroup ?? Math.Clamp(FloatsPerRowGroup / fingerprint.Width, 1, MostRowsPerGroup);
    }

    /// <summary>Writes all rows, which the caller makes one after the other.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="seal">Makes the seal, once all rows are written.</param>
    /// <param name="cancellationToken">Cancels between rows.</param>
    public async Task<ShardSeal> WriteAsync(
        IAsyncEnumerable<(BulkImage Image, ImageEmbedding Result)> rows, Func<ShardSeal> seal, CancellationToken cancellationToken)
    {
        ShardSeal open;
        ParquetWriter writer = await ParquetWriter.CreateAsync(
            new ParquetSchema(_key, _vector, _error, _hash), _stream, Options, cancellationToken: cancellationToken).ConfigureAwait(false);
        await using (writer.ConfigureAwait(false))
        {
            await foreach ((BulkImage image, ImageEmbedding result) in rows.ConfigureAwait(false))
            {
                Add(image, result);
                if (_keys.Count == _rowsPerGroup)
                    await EndGroupAsync(writer, cancellationToken).ConfigureAwait(false);
            }

            if (_keys.Count > 0)
                await EndGroupAsync(writer, cancellationToken).ConfigureAwait(false);

            open = seal();
            writer.CustomMetadata = new Dictionary<string, string> { [FingerprintKey] = _fingerprint.ToJson(), [ShardSeal.Key] = open.ToJson() };
            _stream.KeepsWritten = true; // The writer now writes the footer, and nothing else.
        }

        return await SealAsync(open, cancellationToken).ConfigureAwait(false);
    }

    private async Task<ShardSeal> SealAsync(ShardSeal open, CancellationToken cancellationToken)
    {
        byte[] checksum = Encoding.UTF8.GetBytes(_stream.Checksum());
        long end = _file.Position;
        _file.Position = end - _stream.Kept.Length + open.FindChecksum(_stream.Kept);
        await _file.WriteAsync(checksum, cancellationToken).ConfigureAwait(false);
        _file.Position = end;
        return open with { Sha256 = Encoding.UTF8.GetString(checksum) };
    }

    private void Add(BulkImage image, ImageEmbedding result)
    {
        _keys.Add(image.Key);
        _errors.Add(result.Error is { } error ? DescribeError(error) : null);
        _hashes.Add(image.ContentSha256);
        if (!result.IsSuccess)
            return;

        int width = _fingerprint.Width;
        if (_filled + width > _floats.Length)
            Array.Resize(ref _floats, Math.Min(_rowsPerGroup * width, Math.Max(width, 2 * _floats.Length)));

        result.Vector.CopyTo(_floats.AsMemory(_filled));
        _filled += width;
    }

    /// <summary>The error in one line of bounded length, without the name of its type: an empty text would look like no error.</summary>
    private static string DescribeError(Exception error) =>
        error.Message.Length > 0 ? Quoted.Value(error.Message, Quoted.LongestFault) : "The image cannot be read.";

    private async Task EndGroupAsync(ParquetWriter writer, CancellationToken cancellationToken)
    {
        using ParquetRowGroupWriter group = writer.CreateRowGroup();
        await group.WriteAsync(_key, _keys).ConfigureAwait(false);
        (int[] definitions, int[] repetitions) = Levels();
        await group.WriteAllPartsAsync<float>(
            _element, _floats.AsMemory(0, _filled), definitions, repetitions, cancellationToken).ConfigureAwait(false);
        await group.WriteAsync(_error, _errors!).ConfigureAwait(false);
        await group.WriteAsync(_hash, _hashes!).ConfigureAwait(false);
        _keys.Clear();
        _errors.Clear();
        _hashes.Clear();
        _filled = 0;
    }

    /// <summary>Says which lists are there. A repetition level of 0 begins a row; a definition level of 0 is a row without a list.</summary>
    private (int[] Definitions, int[] Repetitions) Levels()
    {
        int width = _fingerprint.Width;
        int[] definitions = new int[_filled + (_keys.Count - (_filled / width))];
        int[] repetitions = new int[definitions.Length];
        int at = 0;
        foreach (string? error in _errors)
        {
            int count = error is null ? width : 1;
            if (error is null)
            {
                definitions.AsSpan(at, count).Fill(_element.MaxDefinitionLevel);
                repetitions.AsSpan(at + 1, count - 1).Fill(_element.MaxRepetitionLevel);
            }

            at += count;
        }

        return (definitions, repetitions);
    }
}
