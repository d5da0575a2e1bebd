namespace Scott.Models.Imaging;

/// <summary>Writes color numbers as a GIF's LZW codes of 9 bits without compressing them: the table is cleared before codes grow.</summary>
internal sealed class GifLzwWriter
{
    /// <summary>The bits that color numbers begin with.</summary>
    public const int LiteralBits = 8;

    private const int Clear = 1 << LiteralBits;
    private const int End = Clear + 1;
    private const int CodeBits = LiteralBits + 1;
    private const int MaximumBlockBytes = 255;

    /// <summary>Each color after the first adds an entry behind the end code; codes grow at 512 entries.</summary>
    private const int ColorsPerTable = (1 << CodeBits) - End - 2;

    private readonly Stream _output;
    private readonly byte[] _block = new byte[MaximumBlockBytes];
    private int _blockBytes;
    private int _colors;
    private uint _bits;
    private int _bitCount;

    public GifLzwWriter(Stream output)
    {
        _output = output;
        _output.WriteByte(LiteralBits);
    }

    public void Write(byte color)
    {
        if (_colors++ % ColorsPerTable == 0)
        {
            WriteCode(Clear);
        }

        WriteCode(color);
    }

    /// <summary>Writes the end code, and the empty block that ends the data.</summary>
    public void Complete()
    {
        WriteCode(End);
        WriteCode(0); // pushes the last bits out
        WriteBlock();
        _output.WriteByte(0);
    }

    private void WriteCode(int code)
    {
        _bits |= (uint)code << _bitCount;
        for (_bitCount += CodeBits; _bitCount >= 8; _bitCount -= 8, _bits >>= 8)
        {
            _block[_blockBytes++] = (byte)_bits;
            if (_blockBytes == MaximumBlockBytes)
            {
                WriteBlock();
            }
        }
    }

    private void WriteBlock()
    {
        if (_blockBytes > 0)
        {
            _output.WriteByte((byte)_blockBytes);
            _output.Write(_block, 0, _blockBytes);
            _blockBytes = 0;
        }
    }
}
