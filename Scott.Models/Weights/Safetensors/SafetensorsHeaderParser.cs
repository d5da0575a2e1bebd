namespace Scott.Models.Weights;

/// <summary>Reads the JSON of a safetensors header, refusing what the format does not allow.</summary>
internal sealed class SafetensorsHeaderParser(string path)
{
    private const int MaximumRank = 64;

    private readonly List<SafetensorsEntry> _entries = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private Dictionary<string, string>? _metadata;

    public (List<SafetensorsEntry> Entries, IReadOnlyDictionary<string, string> Metadata) Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            if (!_names.Add(name))
                throw new SafetensorsException(path, SafetensorsFault.DuplicateKey, $"'{name}' occurs twice in its header.", name);

            reader.Read();
            if (name == SafetensorsHeader.MetadataKey)
                _metadata = ReadMetadata(ref reader);
            else
                _entries.Add(ReadEntry(ref reader, name));
        }

        // Reading on past the closing brace makes the reader refuse anything but white space there.
        reader.Read();
        return (_entries, _metadata ?? []);
    }

    private Dictionary<string, string> ReadMetadata(ref Utf8JsonReader reader)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        if (reader.TokenType != JsonTokenType.StartObject)
            throw MetadataFault("it is not an object");

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
                throw MetadataFault($"the value of '{key}' is not a string");
            if (!metadata.TryAdd(key, reader.GetString()!))
                throw new SafetensorsException(path, SafetensorsFault.DuplicateKey, $"the metadata entry '{key}' occurs twice in its header.");
        }

        return metadata;
    }

    private SafetensorsEntry ReadEntry(ref Utf8JsonReader reader, string name)
    {
        TensorDType? dtype = null;
        long[]? shape = null;
        long[]? offsets = null;
        if (reader.TokenType != JsonTokenType.StartObject)
            throw EntryFault(name, "is not an object");

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string field = reader.GetString()!;
            reader.Read();
            bool isFirst = field switch
            {
                "dtype" => Assign(ref dtype, ReadDType(ref reader, name)),
                "shape" => Assign(ref shape, ReadNumbers(ref reader, name, field, SafetensorsFault.ShapeOverflow)),
                "data_offsets" => Assign(ref offsets, ReadNumbers(ref reader, name, field, SafetensorsFault.OffsetsOutOfBounds)),
                _ => throw EntryFault(name, $"has the unknown field '{field}'"),
            };
            if (!isFirst)
                throw new SafetensorsException(path, SafetensorsFault.DuplicateKey, $"tensor '{name}' has the field '{field}' twice.", name);
        }

        if (dtype is null || shape is null || offsets is not [long begin, long end])
            throw EntryFault(name, "lacks dtype, shape or a pair of data_offsets");

        return new SafetensorsEntry(name, dtype.Value, shape, begin, end);
    }

    private TensorDType ReadDType(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw EntryFault(name, "has a dtype that is not a string");

        string text = reader.GetString()!;
        return TensorDTypes.TryParse(text, out TensorDType dtype)
            ? dtype
            : throw new SafetensorsException(
                path, SafetensorsFault.UnknownDType, $"tensor '{name}' has dtype '{text}'; known are {TensorDTypes.Known}.", name);
    }

    private long[] ReadNumbers(ref Utf8JsonReader reader, string name, string field, SafetensorsFault overflow)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw EntryFault(name, $"has {field} that is not a list");

        var numbers = new List<long>(4);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || reader.ValueSpan.IndexOfAny(".eE"u8) >= 0)
                throw EntryFault(name, $"has {field} with something other than whole numbers");
            if (numbers.Count == MaximumRank)
                throw EntryFault(name, $"has {field} with more than {MaximumRank} numbers");

            numbers.Add(reader.TryGetInt64(out long number) && number >= 0
                ? number
                : throw new SafetensorsException(
                    path, overflow, $"tensor '{name}' has {field} with a number outside 0 to {long.MaxValue}.", name));
        }

        return [.. numbers];
    }

    private static bool Assign<T>(ref T field, T value)
    {
        bool isFirst = field is null;
        field = value;
        return isFirst;
    }

    private SafetensorsException EntryFault(string name, string detail) =>
        new(path, SafetensorsFault.TensorEntry, $"the entry of tensor '{name}' {detail}.", name);

    private SafetensorsException MetadataFault(string detail) =>
        new(path, SafetensorsFault.Metadata, $"its {SafetensorsHeader.MetadataKey} is not an object of strings: {detail}.");
}
