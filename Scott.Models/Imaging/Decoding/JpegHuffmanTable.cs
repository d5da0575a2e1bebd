namespace Scott.Models.Imaging;

/// <summary>A JPEG's Huffman table (ITU-T T.81, B.2.4.2 and annex C).</summary>
internal sealed class JpegHuffmanTable
{
    public const int CountBytes = 16;
    private const int LongestCode = 16;

    private readonly int[] _limits = new int[LongestCode + 1];
    private readonly int[] _offsets = new int[LongestCode + 1];
    private readonly byte[] _symbols;

    private JpegHuffmanTable(byte[] symbols) => _symbols = symbols;

    /// <summary>Reads a table: 16 counts of codes by length, then the symbols. <see langword="null"/> when more codes are asked for than exist.</summary>
    public static JpegHuffmanTable? Read(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> symbols)
    {
        var table = new JpegHuffmanTable(symbols.ToArray());
        int code = 0, index = 0;
        for (int length = 1; length <= LongestCode; length++)
        {
            // Codes of a length are consecutive; one past the last, moved up to 16 bits, tells whether 16 bits start with such a code.
            table._offsets[length] = index - code;
            code += counts[length - 1];
            index += counts[length - 1];
            if (code > 1 << length)
            {
                return null;
            }

            table._limits[length] = code << (LongestCode - length);
            code <<= 1;
        }

        return table;
    }

    /// <summary>Decodes a symbol, or gives -1 for bits that are no code.</summary>
    public int Decode(ref JpegBitReader bits)
    {
        int next = bits.Peek16();
        for (int length = 1; length <= LongestCode; length++)
        {
            if (next < _limits[length])
            {
                bits.Skip(length);
                return _symbols[(next >> (LongestCode - length)) + _offsets[length]];
            }
        }

        return -1;
    }
}
