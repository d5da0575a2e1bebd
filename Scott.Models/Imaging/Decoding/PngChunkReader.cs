using System.IO.Hashing;

namespace Scott.Models.Imaging;

/// <summary>Steps through a PNG's chunks up to its end chunk (PNG, third edition, 5.3). Stops without an error where the file is cut off.</summary>
internal ref struct PngChunkReader(ReadOnlySpan<byte> png)
{
    /// <summary>The bytes before the first chunk.</summary>
    public const int SignatureBytes = 8;

    private const int TypeBytes = 4;
    private const int FrameBytes = 12; // length, type and checksum

    private ReadOnlySpan<byte> _rest = png[Math.Min(png.Length, SignatureBytes)..];

    /// <summary>The chunk's four letters.</summary>
    public readonly ReadOnlySpan<byte> Type => Whole.Slice(sizeof(uint), TypeBytes);

    /// <summary>What the chunk holds.</summary>
    public readonly ReadOnlySpan<byte> Contents => Whole[(sizeof(uint) + TypeBytes)..^sizeof(uint)];

    /// <summary>The chunk from its length to its checksum.</summary>
    public ReadOnlySpan<byte> Whole { get; private set; }

    /// <summary>Whether the chunk's checksum is right.</summary>
    public readonly bool IsSound =>
        Crc32.HashToUInt32(Whole[sizeof(uint)..^sizeof(uint)]) == BinaryPrimitives.ReadUInt32BigEndian(Whole[^sizeof(uint)..]);

    /// <summary>Moves to the next chunk; false after the end chunk, and where no whole chunk follows.</summary>
    public bool MoveNext()
    {
        if (_rest.Length < FrameBytes || (!Whole.IsEmpty && Type.SequenceEqual("IEND"u8)))
            return false;

        uint length = BinaryPrimitives.ReadUInt32BigEndian(_rest);
        if (length > _rest.Length - FrameBytes)
            return false;

        Whole = _rest[..(FrameBytes + (int)length)];
        _rest = _rest[Whole.Length..];
        return true;
    }
}
