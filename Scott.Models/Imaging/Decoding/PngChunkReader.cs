using System.IO.Hashing;

namespace Scott.Models.Imaging;

/// <summary>Steps through a PNG's chunks up to its end chunk (PNG, third edition, 5.3). Stops without an error where the file is cut off.</summary>
internal ref struct PngChunkReader(ReadOnlySpan<byte> png)
{
    public const int SignatureBytes = 8; // before the first chunk
    private const int TypeBytes = 4;
    private const int FrameBytes = 12; // length, type and checksum

    private ReadOnlySpan<byte> _rest = png[Math.Min(png.Length, SignatureBytes)..];

    public readonly ReadOnlySpan<byte> Type => Whole.Slice(sizeof(uint), TypeBytes);
    public readonly ReadOnlySpan<byte> Contents => Whole[(sizeof(uint) + TypeBytes)..^sizeof(uint)];

    /// <summary>The chunk from its length to its checksum.</summary>
    public ReadOnlySpan<byte> Whole { get; private set; }

    /// <summary>The chunk's checksum is right.</summary>
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
