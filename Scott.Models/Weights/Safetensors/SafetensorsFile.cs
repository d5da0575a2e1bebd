using Microsoft.Win32.SafeHandles;

namespace Scott.Models.Weights;

/// <summary>Reads and writes safetensors files: a length, a JSON header, and the tensors' bytes.</summary>
/// <remarks>
/// Format: github.com/huggingface/safetensors, README, "Format". Reading checks every rule before it uses a number from the file, so
/// the size of the file limits the memory.
/// </remarks>
public static class SafetensorsFile
{
    internal const int LengthPrefixBytes = sizeof(ulong);

    /// <summary>Reads the tensors and the metadata of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="storage">Where the tensors' bytes are kept; managed memory by default.</param>
    /// <param name="cancellationToken">Checked before each tensor.</param>
    /// <returns>The tensors, in the order of their bytes, and the header's free metadata.</returns>
    /// <exception cref="SafetensorsException">The file breaks a rule of the format.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static async Task<SafetensorsContent> ReadAsync(
        string path, WeightStorage storage = WeightStorage.Managed, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        PlainFile.RequireReadable(path);
        using SafeFileHandle file = File.OpenHandle(
            path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.Asynchronous);
        long length = RandomAccess.GetLength(file);
        SafetensorsHeader header = await ReadHeaderAsync(path, file, length, cancellationToken).ConfigureAwait(false);
        var tensors = new List<WeightTensor>(header.Entries.Count);
        MappedFile? mapped = storage == WeightStorage.MemoryMapped ? new MappedFile(file, length) : null;
        foreach (SafetensorsEntry entry in header.Entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int bytes = entry.ByteCount(path);
            ReadOnlyMemory<byte> data = mapped is null
                ? await ReadExactlyAsync(path, file, header.DataStart + entry.Begin, bytes, cancellationToken).ConfigureAwait(false)
                : mapped.Slice(header.DataStart + entry.Begin, bytes);
            tensors.Add(new WeightTensor(entry.Name, entry.DType, entry.Shape, data));
        }

        return new SafetensorsContent(new WeightSet(tensors), header.Metadata);
    }

    /// <summary>Writes a file, atomically: a reader sees the old file or the whole new one.</summary>
    /// <param name="path">The file. Replaced if it exists.</param>
    /// <param name="tensors">The tensors. In the file they are ordered by element size, largest first, then by name.</param>
    /// <param name="metadata">Free text entries for the header, or <see langword="null"/> for none.</param>
    /// <param name="cancellationToken">Checked before each tensor. A canceled write leaves the old file as it was.</param>
    /// <exception cref="ArgumentException">A tensor is called <c>__metadata__</c>, or the header is over 100 000 000 bytes.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static Task WriteAsync(
        string path, WeightSet tensors, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default) =>
        WriteAsync(path, tensors, metadata, _ => { }, cancellationToken);

    /// <summary>Writes a file, and calls back after each tensor.</summary>
    internal static Task WriteAsync(
        string path, WeightSet tensors, IReadOnlyDictionary<string, string>? metadata, Action<WeightTensor> written,
        CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tensors);
        WeightTensor[] ordered = [.. tensors
            .OrderByDescending(tensor => tensor.DType.ElementBytes())
            .ThenBy(tensor => tensor.Name, StringComparer.Ordinal)];
        byte[] header = SafetensorsHeader.Serialize(ordered, metadata);
        return AtomicFile.WriteAsync(
            path,
            async (stream, token) =>
            {
                byte[] prefix = new byte[LengthPrefixBytes];
                BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)header.Length);
                await stream.WriteAsync(prefix, token).ConfigureAwait(false);
                await stream.WriteAsync(header, token).ConfigureAwait(false);
                foreach (WeightTensor tensor in ordered)
                {
                    token.ThrowIfCancellationRequested();
                    await stream.WriteAsync(tensor.Data, token).ConfigureAwait(false);
                    written(tensor);
                }
            },
            cancellationToken);
    }

    /// <summary>Reads a file from memory. The bytes of the tensors are slices of that memory.</summary>
    internal static SafetensorsContent Read(string name, ReadOnlyMemory<byte> file)
    {
        RequirePrefix(name, file.Span, file.Length);
        int headerBytes = SafetensorsHeader.CheckLength(name, BinaryPrimitives.ReadUInt64LittleEndian(file.Span), file.Length - LengthPrefixBytes);
        SafetensorsHeader header = SafetensorsHeader.Parse(
            name, file.Span.Slice(LengthPrefixBytes, headerBytes), file.Length - LengthPrefixBytes - headerBytes);
        IEnumerable<WeightTensor> tensors = header.Entries.Select(entry => new WeightTensor(
            entry.Name, entry.DType, entry.Shape, file.Slice((int)(header.DataStart + entry.Begin), entry.ByteCount(name))));
        return new SafetensorsContent(new WeightSet(tensors), header.Metadata);
    }

    private static void RequirePrefix(string path, ReadOnlySpan<byte> start, long length)
    {
        if (GitLfsPointer.Begins(start))
            throw new SafetensorsException(path, SafetensorsFault.GitLfsPointer, GitLfsPointer.Explanation);

        if (length < LengthPrefixBytes)
        {
            throw new SafetensorsException(
                path, SafetensorsFault.TooShort,
                $"it has {Plural.Of(length, "byte")}; expected at least the {LengthPrefixBytes} of the header's length.");
        }
    }

    private static async Task<SafetensorsHeader> ReadHeaderAsync(string path, SafeFileHandle file, long length, CancellationToken cancellationToken)
    {
        byte[] start = await ReadExactlyAsync(
            path, file, 0, (int)Math.Min(length, GitLfsPointer.StartBytes), cancellationToken).ConfigureAwait(false);
        RequirePrefix(path, start, length);
        int headerBytes = SafetensorsHeader.CheckLength(path, BinaryPrimitives.ReadUInt64LittleEndian(start), length - LengthPrefixBytes);
        byte[] json = await ReadExactlyAsync(path, file, LengthPrefixBytes, headerBytes, cancellationToken).ConfigureAwait(false);
        return SafetensorsHeader.Parse(path, json, length - LengthPrefixBytes - headerBytes);
    }

    private static async Task<byte[]> ReadExactlyAsync(
        string path, SafeFileHandle file, long offset, int length, CancellationToken cancellationToken)
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(length);
        int filled = 0;
        while (filled < length)
        {
            int read = await RandomAccess.ReadAsync(file, buffer.AsMemory(filled), offset + filled, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                throw new SafetensorsException(
                    path, SafetensorsFault.OffsetsOutOfBounds, $"it ended at byte {offset + filled} while being read; another process shortened it.");
            }

            filled += read;
        }

        return buffer;
    }
}

/// <summary>The tensors and the metadata of a safetensors file.</summary>
/// <param name="Tensors">Its tensors, in the order of their bytes.</param>
/// <param name="Metadata">The header's free text entries; empty if it has none.</param>
public sealed record SafetensorsContent(WeightSet Tensors, IReadOnlyDictionary<string, string> Metadata);

/// <summary>Where the bytes of a weights file are kept while they are in use.</summary>
public enum WeightStorage
{
    /// <summary>Read into managed memory. Afterwards the file may change or be deleted.</summary>
    Managed,
    /// <summary>
    /// Mapped from the file: opens at once, and processes share one copy. The file must not change while anything refers to the
    /// weights. On most systems, a process that uses them ends if the file is truncated.
    /// </summary>
    MemoryMapped,
}
