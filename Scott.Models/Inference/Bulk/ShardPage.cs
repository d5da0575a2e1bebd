namespace Scott.Models.Inference;

/// <summary>The only page of a column in a row group: its header, and where its content is in the bytes of the column.</summary>
/// <param name="Start">Where the content begins, after the header.</param>
/// <param name="Bytes">The length of the content.</param>
internal readonly record struct ShardPage(int Start, int Bytes)
{
    /// <summary>Read to parse the header of a page of numbers.</summary>
    public const int LongestHeader = 1 << 10;

    private const int DataPage = 0;
    private const int Plain = 0;

    /// <param name="bytes">The first bytes of the column, with the whole header.</param>
    /// <param name="chunk">The column.</param>
    /// <exception cref="InvalidDataException">It is damaged, or <see cref="ShardWriter"/> does not write such pages.</exception>
    public static ShardPage Parse(ReadOnlySpan<byte> bytes, ShardChunk chunk)
    {
        var reader = new ThriftReader(bytes);
        (long kind, long whole, long stored, long values, long encoding) = (-1, -1, -1, -1, -1);

        // PageHeader: 1 the kind, 2 the length, 3 the length when compressed, 5 the header of a data page.
        for (int field = 0; reader.NextField(ref field, out ThriftType type);)
        {
            switch ((field, type))
            {
                case (1, ThriftType.Int32):
                    kind = reader.ReadInteger();
                    break;
                case (2, ThriftType.Int32):
                    whole = reader.ReadInteger();
                    break;
                case (3, ThriftType.Int32):
                    stored = reader.ReadInteger();
                    break;
                case (5, ThriftType.Structure):
                    (values, encoding) = ParseDataPage(ref reader);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        bool isSound = kind == DataPage && encoding == Plain && values == chunk.Values && whole == stored
            && stored == chunk.Bytes - reader.Position;
        return isSound ? new ShardPage(reader.Position, (int)stored)
            : throw new InvalidDataException("the header of a page is not as this package writes it");
    }

    /// <summary>DataPageHeader: 1 the number of values, 2 their encoding.</summary>
    private static (long Values, long Encoding) ParseDataPage(ref ThriftReader reader)
    {
        (long values, long encoding) = (-1, -1);
        for (int field = 0; reader.NextField(ref field, out ThriftType type);)
        {
            if (field == 1 && type == ThriftType.Int32)
                values = reader.ReadInteger();
            else if (field == 2 && type == ThriftType.Int32)
                encoding = reader.ReadInteger();
            else
                reader.Skip(type);
        }

        return (values, encoding);
    }
}
