namespace Scott.Models.Imaging;

/// <summary>Decodes a GIF's LZW codes (GIF89a, appendix F) to color numbers.</summary>
internal ref struct GifLzwReader
{
    /// <summary>The most bits that color numbers can begin with, as codes have at most 12 and begin a bit longer.</summary>
    public const int MaximumLiteralBits = MaximumCodeBits - 1;

    private const int MaximumCodeBits = 12;
    private const int TableLength = 1 << MaximumCodeBits;

    private readonly ReadOnlySpan<byte> _data;
    private readonly int _literalBits;
    private readonly short[] _prefixes = new short[TableLength];
    private readonly byte[] _lasts = new byte[TableLength];
    private readonly byte[] _string = new byte[TableLength];
    private int _at;
    private uint _bits;
    private int _bitCount;

    public GifLzwReader(ReadOnlySpan<byte> data, int literalBits)
    {
        _data = data;
        _literalBits = literalBits;
    }

    /// <summary>Decodes as many colors as there are, up to a number; false when a code makes no sense or a color is over 255.</summary>
    public bool TryCopyTo(GifLzwWriter writer, long pixels)
    {
        int clear = 1 << _literalBits, next = clear + 2, width = _literalBits + 1, previous = -1;
        byte first = 0;
        while (pixels > 0 && TryReadCode(width, out int code) && code != clear + 1)
        {
            if (code == clear)
            {
                (next, width, previous) = (clear + 2, _literalBits + 1, -1);
                continue;
            }

            // A code may name the entry that it completes: the string before, and its first color again.
            bool isNew = code == next && previous >= 0 && next < TableLength;
            if (!isNew && (code >= next || (code >= clear && previous < 0)))
            {
                return false;
            }

            int length = Expand(isNew ? previous : code, clear);
            if (length < 0)
            {
                return false;
            }

            byte last = first;
            first = _string[length - 1];
            for (int i = length - 1; i >= 0 && pixels > 0; i--, pixels--)
            {
                writer.Write(_string[i]);
            }

            if (isNew && pixels > 0)
            {
                writer.Write(last);
                pixels--;
            }

            if (previous >= 0 && next < TableLength)
            {
                (_prefixes[next], _lasts[next]) = ((short)previous, first);
                next++;
                width += next == 1 << width && width < MaximumCodeBits ? 1 : 0;
            }

            previous = code;
        }

        return true;
    }

    /// <summary>Writes a code's string backwards; its length, or -1 when a color is over 255.</summary>
    private readonly int Expand(int code, int clear)
    {
        int length = 0;
        for (; code > clear; code = _prefixes[code])
        {
            _string[length++] = _lasts[code];
        }

        if (code > byte.MaxValue)
        {
            return -1;
        }

        _string[length++] = (byte)code;
        return length;
    }

    private bool TryReadCode(int width, out int code)
    {
        while (_bitCount < width)
        {
            if (_at == _data.Length)
            {
                code = 0;
                return false;
            }

            _bits |= (uint)_data[_at++] << _bitCount;
            _bitCount += 8;
        }

        code = (int)(_bits & ((1u << width) - 1));
        _bits >>= width;
        _bitCount -= width;
        return true;
    }
}
