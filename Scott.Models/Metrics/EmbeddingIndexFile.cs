using System.Numerics.Tensors;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Scott.Models.Weights;

namespace Scott.Models.Metrics;

/// <summary>The file of an index. Part i of its rows is three tensors: <c>vectors.i</c>, F32 [rows, D]; <c>keys.i</c>, U8, the UTF-8 of all keys; and
/// <c>key_ends.i</c>, I32 [rows], where each key ends. All parts but the last have the same number of rows.</summary>
internal static class EmbeddingIndexFile
{
    private const string Kind = "embedding index";
    /// <summary>How far the length of a row can be from 1.</summary>
    private const float LengthTolerance = 1e-3f;

    public static Task WriteAsync(string path, IndexRows rows, IProgress<IndexFileProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        List<WeightTensor> tensors = [];
        for (int block = 0; block < rows.Blocks.Length; block++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = rows.RowsIn(block);
            (byte[] keys, byte[] ends) = EncodeKeys(rows.Blocks[block].Keys.AsSpan(0, count));
            ReadOnlyMemory<byte> vectors = rows.Blocks[block].Bytes[..(count * rows.Width * sizeof(float))];
            tensors.Add(new WeightTensor($"vectors.{block}", TensorDType.Float32, [count, rows.Width], vectors));
            tensors.Add(new WeightTensor($"keys.{block}", TensorDType.UInt8, [keys.Length], keys));
            tensors.Add(new WeightTensor($"key_ends.{block}", TensorDType.Int32, [count], ends));
        }

        string description = JsonSerializer.Serialize(
            new IndexDescription(rows.Count, rows.Width, rows.RowsPerBlock), IndexJsonContext.Default.IndexDescription);
        int written = 0;
        void Tell(WeightTensor tensor)
        {
            if (tensor.DType == TensorDType.Float32)
                progress?.Report(new IndexFileProgress(written += (int)tensor.Shape[0], rows.Count));
        }

        var content = new VectorFileContent(new WeightSet(tensors), rows.Fingerprint, description);
        return VectorFile.WriteAsync(path, Kind, content, cancellationToken, Tell);
    }

    public static async Task<EmbeddingIndex> ReadAsync(
        string path, WeightStorage storage, IProgress<IndexFileProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        VectorFileContent content = await VectorFile.ReadAsync(path, Kind, storage, cancellationToken).ConfigureAwait(false);
        (int count, int width, int rowsPerPart) = VectorFile.Describe(path, content, IndexJsonContext.Default.IndexDescription);
        bool isLegal = count >= 0 && width >= 0 && rowsPerPart > 0 && (width > 0 || count == 0)
            && rowsPerPart <= Array.MaxLength / sizeof(float) / Math.Max(1, width) && (content.Fingerprint?.Width ?? width) == width;
        if (!isLegal)
        {
            throw VectorFile.Damaged(
                path, VectorFileFault.Description,
                $"describes {Plural.Of(count, "vector")} of {Plural.Of(width, "number")}, {rowsPerPart} to a part, which is not possible");
        }

        if (count == 0)
            return new EmbeddingIndex(IndexRows.Empty(width, content.Fingerprint), new Dictionary<string, int>(StringComparer.Ordinal));

        List<IndexBlock> blocks = [];
        var rowsByKey = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int row = 0; row < count; row += blocks[^1].Capacity)
        {
            cancellationToken.ThrowIfCancellationRequested();
            blocks.Add(ReadBlock(path, content.Tensors, blocks.Count, Math.Min(rowsPerPart, count - row), width));
            foreach (string key in blocks[^1].Keys)
            {
                if (!rowsByKey.TryAdd(key, rowsByKey.Count))
                    throw Fault(path, $"has the key '{Quoted.Value(key)}' twice");
            }

            progress?.Report(new IndexFileProgress(rowsByKey.Count, count));
        }

        return new EmbeddingIndex(new IndexRows([.. blocks], count, width, rowsPerPart, content.Fingerprint), rowsByKey);
    }

    private static IndexBlock ReadBlock(string path, WeightSet tensors, int part, int rows, int width)
    {
        WeightTensor vectors = VectorFile.Tensor(path, tensors, $"vectors.{part}", TensorDType.Float32, rows, width);
        WeightTensor keys = VectorFile.Tensor(path, tensors, $"keys.{part}", TensorDType.UInt8, -1);
        WeightTensor ends = VectorFile.Tensor(path, tensors, $"key_ends.{part}", TensorDType.Int32, rows);
        var block = new IndexBlock(vectors.Data, DecodeKeys(path, keys, ends), width);
        for (int row = 0; row < rows; row++)
        {
            float length = TensorPrimitives.Norm(block.Row(row));
            if (length == 0 || MathF.Abs(length - 1) <= LengthTolerance)
                continue;

            string key = Quoted.Value(block.Keys[row]);
            throw Fault(path, FormattableString.Invariant($"holds a vector of length {length} for '{key}'; expected 1 or 0"));
        }

        GC.KeepAlive(block);
        return block;
    }

    private static (byte[] Keys, byte[] Ends) EncodeKeys(ReadOnlySpan<string> keys)
    {
        int[] ends = new int[keys.Length];
        using var bytes = new MemoryStream();
        for (int i = 0; i < keys.Length; i++)
        {
            bytes.Write(Encoding.UTF8.GetBytes(keys[i]));
            ends[i] = checked((int)bytes.Length);
        }

        return (bytes.ToArray(), MemoryMarshal.AsBytes<int>(ends).ToArray());
    }

    private static string[] DecodeKeys(string path, WeightTensor keys, WeightTensor keyEnds)
    {
        ReadOnlySpan<byte> bytes = keys.Data.Span;
        ReadOnlySpan<int> ends = MemoryMarshal.Cast<byte, int>(keyEnds.Data.Span);
        string[] texts = new string[ends.Length];
        int start = 0;
        for (int i = 0; i < ends.Length; start = ends[i++])
        {
            if (ends[i] <= start || ends[i] > bytes.Length || !Utf8.IsValid(bytes[start..ends[i]]))
                throw Fault(path, $"has no legal key {i} in '{keys.Name}'");

            texts[i] = Encoding.UTF8.GetString(bytes[start..ends[i]]);
        }

        GC.KeepAlive(keys);
        GC.KeepAlive(keyEnds);
        return start == bytes.Length ? texts : throw Fault(
            path, $"has {Plural.Of(bytes.Length - start, "byte")} after the last key in '{keys.Name}'");
    }

    private static VectorFileException Fault(string path, string what) =>
        VectorFile.Damaged(path, VectorFileFault.Value, what);
}

/// <summary>The shape of an index file.</summary>
/// <param name="Count">The number of vectors.</param>
/// <param name="Width">The length of a vector; 0 if it is not known yet.</param>
/// <param name="RowsPerPart">The number of vectors in each part but the last.</param>
internal sealed record IndexDescription(int Count, int Width, int RowsPerPart);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(IndexDescription))]
internal sealed partial class IndexJsonContext : JsonSerializerContext;
