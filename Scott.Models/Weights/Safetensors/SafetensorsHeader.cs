using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Scott.Models.Weights;

/// <summary>The checked header of a safetensors file. Its entries are in the order of their bytes, without gap or overlap.</summary>
internal sealed class SafetensorsHeader
{
    internal const int MaximumBytes = 100_000_000;
    internal const string MetadataKey = "__metadata__";
    private const int Alignment = 8;

    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private SafetensorsHeader(IReadOnlyList<SafetensorsEntry> entries, IReadOnlyDictionary<string, string> metadata, long dataStart) =>
        (Entries, Metadata, DataStart) = (entries, metadata, dataStart);

    public IReadOnlyList<SafetensorsEntry> Entries { get; }
    public IReadOnlyDictionary<string, string> Metadata { get; }
    /// <summary>Where the tensors' bytes start in the file.</summary>
    public long DataStart { get; }

    public static int CheckLength(string path, ulong claimed, long available)
    {
        if (claimed > MaximumBytes)
        {
            throw new SafetensorsException(
                path, SafetensorsFault.HeaderTooLarge, $"its header claims {claimed} bytes; the format allows {MaximumBytes}.");
        }

        return (long)claimed <= available
            ? (int)claimed
            : throw new SafetensorsException(
                path, SafetensorsFault.HeaderOutOfBounds, $"its header claims {Plural.Of((long)claimed, "byte")}; {available} follow.");
    }

    public static SafetensorsHeader Parse(string path, ReadOnlySpan<byte> json, long dataBytes)
    {
        if (json.IsEmpty || json[0] != (byte)'{')
            throw new SafetensorsException(path, SafetensorsFault.HeaderStart, "its header does not start with '{'.");
        if (!Utf8.IsValid(json))
            throw new SafetensorsException(path, SafetensorsFault.HeaderNotUtf8, "its header is not UTF-8.");

        List<SafetensorsEntry> entries;
        IReadOnlyDictionary<string, string> metadata;
        try
        {
            (entries, metadata) = new SafetensorsHeaderParser(path).Parse(json);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Utf8JsonReader reports an escaped lone surrogate as InvalidOperationException.
            throw new SafetensorsException(
                path, SafetensorsFault.HeaderNotJson, $"its header is not JSON: {exception.Message}", innerException: exception);
        }

        foreach (SafetensorsEntry entry in entries)
            entry.Validate(path, dataBytes);

        entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        CheckCoverage(path, entries, dataBytes);
        return new SafetensorsHeader(entries, metadata, SafetensorsFile.LengthPrefixBytes + json.Length);
    }

    /// <summary>The header for tensors in this order, padded with spaces so that the data is aligned to 8 bytes.</summary>
    public static byte[] Serialize(IReadOnlyList<WeightTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            writer.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                writer.WriteStartObject(MetadataKey);
                foreach ((string key, string value) in metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal))
                    writer.WriteString(key, value);

                writer.WriteEndObject();
            }

            long offset = 0;
            foreach (WeightTensor tensor in tensors)
                offset = WriteEntry(writer, tensor, offset);

            writer.WriteEndObject();
        }

        while (buffer.Length % Alignment != 0)
            buffer.WriteByte((byte)' ');

        return buffer.Length <= MaximumBytes
            ? buffer.ToArray()
            : throw new ArgumentException(
                $"The header would have {Plural.Of(buffer.Length, "byte")}; the format allows {MaximumBytes}.", nameof(tensors));
    }

    private static long WriteEntry(Utf8JsonWriter writer, WeightTensor tensor, long offset)
    {
        if (tensor.Name == MetadataKey)
            throw new ArgumentException($"'{MetadataKey}' is reserved and cannot name a tensor.", nameof(tensor));

        long end = offset + tensor.Data.Length;
        writer.WriteStartObject(tensor.Name);
        writer.WriteString("dtype", tensor.DType.SafetensorsName());
        WriteNumbers(writer, "shape", tensor.Shape);
        WriteNumbers(writer, "data_offsets", [offset, end]);
        writer.WriteEndObject();
        return end;
    }

    private static void WriteNumbers(Utf8JsonWriter writer, string name, ReadOnlySpan<long> numbers)
    {
        writer.WriteStartArray(name);
        foreach (long number in numbers)
            writer.WriteNumberValue(number);

        writer.WriteEndArray();
    }

    private static void CheckCoverage(string path, List<SafetensorsEntry> entries, long dataBytes)
    {
        long covered = 0;
        foreach (SafetensorsEntry entry in entries)
        {
            if (entry.Begin != covered)
            {
                (SafetensorsFault fault, string what) = entry.Begin < covered
                    ? (SafetensorsFault.OverlappingTensors, "shares bytes with the one before it")
                    : (SafetensorsFault.Gap, "leaves unused bytes before it");
                throw new SafetensorsException(
                    path, fault, $"tensor '{entry.Name}' starts at byte {entry.Begin}, expected {covered}: it {what}.", entry.Name);
            }

            covered = entry.End;
        }

        if (covered != dataBytes)
        {
            throw new SafetensorsException(
                path, SafetensorsFault.Gap, $"its data has {Plural.Of(dataBytes - covered, "byte")} after the last tensor; expected none.");
        }
    }
}
