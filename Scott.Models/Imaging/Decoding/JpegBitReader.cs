namespace Scott.Models.Imaging;

/// <summary>Reads the bits of a scan's compressed data (ITU-T T.81, F.2.2.5).</summary>
internal ref struct JpegBitReader(ReadOnlySpan<byte> entropy)
{
    private readonly ReadOnlySpan<byte> _entropy = entropy;
    private int _at;
    private ulong _bits;
    private int _available;

    /// <summary>Whether more bits were read than the data before the next marker has.</summary>
    public bool IsExhausted { get; private set; }

    /// <summary>The next 16 bits; missing bits are zeros.</summary>
    public int Peek16()
    {
        Fill(16);
        return (int)(_available >= 16 ? _bits >> (_available - 16) : _bits << (16 - _available)) & 0xffff;
    }

    public int Read(int count)
    {
        int value = count == 0 ? 0 : Peek16() >> (16 - count);
        Skip(count);
        return value;
    }

    public void Skip(int count)
    {
        Fill(count);
        IsExhausted |= _available < count;
        _available = Math.Max(0, _available - count);
        _bits &= (1ul << _available) - 1;
    }

    /// <summary>Moves past the next restart marker, or to the end of the data. Returns false if that skips data that should have been decoded:
    /// more than a few bits that are neither all zeros nor all ones.</summary>
    public bool FinishSegment()
    {
        bool isClean = _available < 8 || IsPadding(_bits, _available);
        (_bits, _available) = (0, 0);
        byte padding = _at < _entropy.Length ? _entropy[_at] : (byte)0;
        for (; _at < _entropy.Length; _at++)
        {
            if (_entropy[_at] == JpegMarker.Prefix && _at + 1 < _entropy.Length)
            {
                byte next = _entropy[_at + 1];
                if (JpegMarker.IsRestart(next))
                {
                    _at += 2;
                    break;
                }

                isClean &= padding == JpegMarker.Prefix || next != 0;
                _at += next == 0 ? 1 : 0;
            }
            else
            {
                isClean &= _entropy[_at] == padding && padding is 0 or JpegMarker.Prefix;
            }
        }

        return isClean;
    }

    private static bool IsPadding(ulong bits, int count)
    {
        ulong ones = (1ul << (count / 8 * 8)) - 1;
        return (bits & ones) == 0 || (bits & ones) == ones;
    }

    private void Fill(int count)
    {
        while (_available < count && _at < _entropy.Length)
        {
            byte value = _entropy[_at];
            bool isPrefix = value == JpegMarker.Prefix;

            // What follows is a marker, or fill bytes before one.
            if (isPrefix && (_at + 1 >= _entropy.Length || _entropy[_at + 1] != 0))
                return;

            _at += isPrefix ? 2 : 1;
            _bits = (_bits << 8) | value;
            _available += 8;
        }
    }
}

/// <summary>A JPEG's Huffman table (ITU-T T.81, B.2.4.2 and annex C).</summary>
internal sealed class JpegHuffmanTable(byte[] symbols)
{
    public const int CountBytes = 16;
    private const int LongestCode = 16;

    private readonly int[] _limits = new int[LongestCode + 1];
    private readonly int[] _offsets = new int[LongestCode + 1];

    /// <summary>Reads a table: 16 counts of codes by length, then the symbols. <see langword="null"/> if it has too many codes.</summary>
    public static JpegHuffmanTable? Read(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> symbols)
    {
        var table = new JpegHuffmanTable(symbols.ToArray());
        int code = 0, index = 0;
        for (int length = 1; length <= LongestCode; length++)
        {
            // Codes of one length are consecutive. Their end, shifted to 16 bits, tells whether 16 bits start with such a code.
            table._offsets[length] = index - code;
            code += counts[length - 1];
            index += counts[length - 1];
            if (code > 1 << length)
                return null;

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
                return symbols[(next >> (LongestCode - length)) + _offsets[length]];
            }
        }

        return -1;
    }
}
