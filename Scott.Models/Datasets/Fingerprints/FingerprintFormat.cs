using System.IO.Compression;

namespace Scott.Models.Datasets;

/// <summary>Records of images as bytes: column by column, so that they compress. Classes are numbered in the order in which they first occur; 0
/// stands for none.</summary>
internal static class FingerprintFormat
{
    private const byte Version = 1;

    /// <summary>The same bytes for the same records, on every system.</summary>
    public static byte[] Serialize(IReadOnlyList<ImageRecord> records)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string name in records.Select(record => record.Class).OfType<string>())
            numbers.TryAdd(name, numbers.Count + 1);

        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Version);
        writer.Write7BitEncodedInt(records.Count);
        writer.Write7BitEncodedInt(numbers.Count);
        WriteAll(numbers.OrderBy(pair => pair.Value), pair => writer.Write(pair.Key));
        WriteAll(records, record => writer.Write(record.Name));
        WriteAll(records, record => writer.Write7BitEncodedInt(record.Class is null ? 0 : numbers[record.Class]));
        WriteAll(records, record => writer.Write7BitEncodedInt64(record.Content.Bytes));
        WriteAll(records, record => writer.Write(record.Content.Hash));
        writer.Flush();
        return stream.ToArray();
    }

    /// <exception cref="InvalidDataException">The records have a later version.</exception>
    public static ImageRecord[] Deserialize(byte[] content)
    {
        using var reader = new BinaryReader(new MemoryStream(content));
        if (reader.ReadByte() is var version && version != Version)
            throw new InvalidDataException($"The records are of version {version}; expected {Version}.");

        int count = reader.Read7BitEncodedInt();
        string?[] classes = [null, .. ReadAll(reader.Read7BitEncodedInt(), reader.ReadString)];
        string[] names = ReadAll(count, reader.ReadString);
        int[] labels = ReadAll(count, reader.Read7BitEncodedInt);
        long[] lengths = ReadAll(count, reader.Read7BitEncodedInt64);
        ulong[] hashes = ReadAll(count, reader.ReadUInt64);
        return [.. names.Select((name, i) => new ImageRecord(name, classes[labels[i]], new ImageContent(lengths[i], hashes[i])))];
    }

    public static byte[] Compress(byte[] content)
    {
        using var stream = new MemoryStream();
        using (var brotli = new BrotliStream(stream, CompressionLevel.Fastest))
            brotli.Write(content);

        return stream.ToArray();
    }

    /// <exception cref="InvalidOperationException">The bytes were not made by <see cref="Compress"/>.</exception>
    public static byte[] Decompress(byte[] packed)
    {
        using var stream = new MemoryStream();
        using var brotli = new BrotliStream(new MemoryStream(packed), CompressionMode.Decompress);
        brotli.CopyTo(stream);
        return stream.ToArray();
    }

    private static void WriteAll<T>(IEnumerable<T> items, Action<T> write)
    {
        foreach (T item in items)
            write(item);
    }

    private static T[] ReadAll<T>(int count, Func<T> read)
    {
        var items = new T[count];
        for (int i = 0; i < count; i++)
            items[i] = read();

        return items;
    }
}
