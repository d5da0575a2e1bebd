namespace Scott.Models.Imaging;

/// <summary>Finds the metadata of an extended WebP file.</summary>
/// <remarks>WebP container specification, "Extended File Format". As in libwebp, chunks that the header does not announce do not count.</remarks>
internal static class WebpMetadata
{
    private const int RiffHeaderBytes = 12;
    private const int ChunkHeaderBytes = 8;
    private const byte XmpFlag = 0x04;
    private const byte ExifFlag = 0x08;

    public static ImageMetadata Read(ReadOnlySpan<byte> webp)
    {
        long end = Math.Min(webp.Length, ChunkHeaderBytes + (long)BinaryPrimitives.ReadUInt32LittleEndian(webp[4..]));
        ReadOnlySpan<byte> rest = webp[RiffHeaderBytes..(int)end];
        ReadOnlySpan<byte> exif = default, xmp = default;
        byte flags = 0;
        while (rest.Length >= ChunkHeaderBytes)
        {
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
            if (length > rest.Length - ChunkHeaderBytes)
                break;

            ReadOnlySpan<byte> type = rest[..4], contents = rest.Slice(ChunkHeaderBytes, (int)length);
            if (type.SequenceEqual("VP8X"u8) && length > 0)
                flags = contents[0];
            else if (type.SequenceEqual("EXIF"u8) && (flags & ExifFlag) != 0 && exif.IsEmpty)
                exif = contents;
            else if (type.SequenceEqual("XMP "u8) && (flags & XmpFlag) != 0 && xmp.IsEmpty)
                xmp = contents;

            // Chunks are padded to an even length.
            rest = rest[(int)Math.Min(rest.Length, ChunkHeaderBytes + length + (length & 1))..];
        }

        return new ImageMetadata { Exif = exif, Xmp = xmp };
    }
}
