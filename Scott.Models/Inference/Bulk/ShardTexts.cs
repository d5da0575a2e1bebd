using System.Text.Unicode;

namespace Scott.Models.Inference;

/// <summary>The texts of a column in one row group. They become strings when they are asked for.</summary>
internal sealed class ShardTexts
{
    private const int Null = -1;

    private readonly byte[] _bytes;
    /// <summary>Where the length of each text is, with the text after it.</summary>
    private readonly int[] _starts;

    /// <param name="bytes">All bytes of the column.</param>
    /// <param name="chunk">The column.</param>
    /// <param name="isNullable">Whether texts can be null.</param>
    /// <exception cref="InvalidDataException">They are damaged.</exception>
    public ShardTexts(byte[] bytes, ShardChunk chunk, bool isNullable)
    {
        ShardPage page = ShardPage.Parse(bytes, chunk);
        (_bytes, _starts) = (bytes, new int[chunk.Values]);
        int at = page.Start;
        if (isNullable)
        {
            int length = ReadLength(ref at);
            ReadLevels(bytes.AsSpan(at, length), _starts);
            at += length;
        }

        for (int row = 0; row < _starts.Length; row++)
        {
            if (_starts[row] == Null)
                continue;

            _starts[row] = at;
            int length = ReadLength(ref at);
            at += length;
        }

        if (at != bytes.Length)
            throw Damaged();
    }

    /// <summary>The text of a row; <see langword="null"/> if it is null.</summary>
    /// <exception cref="InvalidDataException">It is not legal UTF-8.</exception>
    public string? this[int row]
    {
        get
        {
            if (IsNull(row))
                return null;

            int at = _starts[row];
            int length = ReadLength(ref at);
            ReadOnlySpan<byte> text = _bytes.AsSpan(at, length);
            return Utf8.IsValid(text) ? Encoding.UTF8.GetString(text) : throw new InvalidDataException("it has a text that is not legal UTF-8");
        }
    }

    public bool IsNull(int row) => _starts[row] == Null;

    /// <summary>Reads which values are null: runs of one level, or eight levels to a byte.</summary>
    private static void ReadLevels(ReadOnlySpan<byte> bytes, Span<int> starts)
    {
        var reader = new ThriftReader(bytes);
        for (int row = 0; row < starts.Length;)
        {
            ulong header = reader.ReadVarint();
            (ulong count, bool isRun) = (header >> 1, (header & 1) == 0);
            if (count == 0 || count > (ulong)(starts.Length - row))
                throw Damaged();

            for (int i = 0; !isRun && i < (int)count; i++)
            {
                byte levels = reader.ReadByte();
                for (int bit = 0; bit < 8 && row < starts.Length; bit++)
                    starts[row++] = (levels >> bit & 1) - 1;
            }

            if (isRun)
            {
                byte level = reader.ReadByte();
                starts.Slice(row, (int)count).Fill(level <= 1 ? level - 1 : throw Damaged());
                row += (int)count;
            }
        }

        if (reader.Position != bytes.Length)
            throw Damaged();
    }

    /// <summary>Reads a length of bytes that follow it.</summary>
    private int ReadLength(ref int at)
    {
        if (at > _bytes.Length - sizeof(int))
            throw Damaged();

        int length = BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(at));
        at += sizeof(int);
        return length >= 0 && length <= _bytes.Length - at ? length : throw Damaged();
    }

    private static InvalidDataException Damaged() => new("a column of texts is damaged");
}
