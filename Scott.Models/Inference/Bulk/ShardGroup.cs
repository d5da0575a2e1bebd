namespace Scott.Models.Inference;

/// <summary>One column of one row group: which bytes of the file it is, and how many values or nulls it has.</summary>
internal readonly record struct ShardChunk(long Offset, int Bytes, long Values);

/// <summary>One row group of a shard's file, as the footer describes it.</summary>
internal sealed record ShardGroup(int Rows, ShardChunk Key, ShardChunk Vector, ShardChunk Error, ShardChunk Hash)
{
    private const int Float = 4;
    private const int ByteArray = 6;
    private const int Uncompressed = 0;

    /// <summary>Reads the row groups of a file.</summary>
    /// <param name="footer">Parquet's FileMetaData.</param>
    /// <param name="end">Where the data of the file ends.</param>
    /// <exception cref="InvalidDataException">It is damaged, or <see cref="ShardWriter"/> does not write such files.</exception>
    public static ShardGroup[] Parse(ReadOnlySpan<byte> footer, long end)
    {
        var reader = new ThriftReader(footer);
        List<ShardGroup> groups = [];
        for (int field = 0; reader.NextField(ref field, out ThriftType type);)
        {
            if (field == 4 && type == ThriftType.List)
                ParseList(ref reader, groups, (ref ThriftReader group) => ParseGroup(ref group, end));
            else
                reader.Skip(type);
        }

        return [.. groups];
    }

    private delegate T Parser<T>(ref ThriftReader reader);

    private static void ParseList<T>(ref ThriftReader reader, List<T> values, Parser<T> parse)
    {
        int count = reader.ReadList(out ThriftType element);
        Require(element == ThriftType.Structure, "its footer is damaged");
        for (int i = 0; i < count; i++)
            values.Add(parse(ref reader));
    }

    /// <summary>RowGroup: 1 the columns, 3 the number of rows.</summary>
    private static ShardGroup ParseGroup(ref ThriftReader reader, long end)
    {
        List<(string Column, ShardChunk Chunk)> columns = [];
        long rows = -1;
        for (int field = 0; reader.NextField(ref field, out ThriftType type);)
        {
            switch ((field, type))
            {
                case (1, ThriftType.List):
                    ParseList(ref reader, columns, (ref ThriftReader column) => ParseColumn(ref column, end));
                    break;
                case (3, ThriftType.Int64):
                    rows = reader.ReadInteger();
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        Require(
            columns.Select(column => column.Column).SequenceEqual(
                [ShardWriter.KeyColumn, ShardWriter.VectorColumn, ShardWriter.ErrorColumn, ShardWriter.HashColumn]),
            "it has other columns than a shard");
        (ShardChunk key, ShardChunk error, ShardChunk hash) = (columns[0].Chunk, columns[2].Chunk, columns[3].Chunk);

        // Each key has at least the four bytes of its length, so no count is larger than the file.
        Require(
            rows > 0 && rows <= key.Bytes / sizeof(int) && key.Values == rows && error.Values == rows && hash.Values == rows,
            "its footer gives a number of rows that its columns do not have");
        return new ShardGroup((int)rows, key, columns[1].Chunk, error, hash);
    }

    /// <summary>ColumnChunk: 3 the metadata.</summary>
    private static (string Column, ShardChunk Chunk) ParseColumn(ref ThriftReader reader, long end)
    {
        (string Column, ShardChunk Chunk)? column = null;
        for (int field = 0; reader.NextField(ref field, out ThriftType type);)
        {
            if (field == 3 && type == ThriftType.Structure)
                column = ParseMetadata(ref reader, end);
            else
                reader.Skip(type);
        }

        return column ?? throw new InvalidDataException("a column has no metadata");
    }

    /// <summary>ColumnMetaData: 1 the type, 3 the path, 4 the codec, 5 the number of values, 7 the length, 9 the place of the first page.</summary>
    private static (string Column, ShardChunk Chunk) ParseMetadata(ref ThriftReader reader, long end)
    {
        (string name, long kind, long codec, long values, long bytes, long offset) = (string.Empty, -1, -1, -1, -1, -1);
        for (int field = 0; reader.NextField(ref field, out ThriftType type);)
        {
            switch ((field, type))
            {
                case (1, ThriftType.Int32):
                    kind = reader.ReadInteger();
                    break;
                case (3, ThriftType.List):
                    name = ReadName(ref reader);
                    break;
                case (4, ThriftType.Int32):
                    codec = reader.ReadInteger();
                    break;
                case (5, ThriftType.Int64):
                    values = reader.ReadInteger();
                    break;
                case (7, ThriftType.Int64):
                    bytes = reader.ReadInteger();
                    break;
                case (9, ThriftType.Int64):
                    offset = reader.ReadInteger();
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        Require(
            kind == (name == ShardWriter.VectorColumn ? Float : ByteArray) && codec == Uncompressed,
            "a column has another type than in a shard, or is compressed");
        Require(
            offset >= 0 && offset <= end && bytes > 0 && bytes <= Math.Min(end - offset, Array.MaxLength),
            "its footer names a place that the file does not have");
        return (name, new ShardChunk(offset, (int)bytes, values));
    }

    /// <summary>The first part of a path: the column.</summary>
    private static string ReadName(ref ThriftReader reader)
    {
        int count = reader.ReadList(out ThriftType element);
        Require(count > 0 && element == ThriftType.Binary, "a column has no name");
        string name = Encoding.UTF8.GetString(reader.ReadBytes());
        for (int i = 1; i < count; i++)
            reader.ReadBytes();

        return name;
    }

    private static void Require(bool condition, string fault)
    {
        if (!condition)
            throw new InvalidDataException(fault);
    }
}
