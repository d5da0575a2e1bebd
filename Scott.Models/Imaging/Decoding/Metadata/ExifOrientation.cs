namespace Scott.Models.Imaging;

/// <summary>Reads the orientation from EXIF data of any container.</summary>
/// <remarks>EXIF 2.32, 4.6.2; as tolerant as Pillow 9.4: both byte orders, any integer type of more than a byte, several values (the
/// first is used), a directory that is cut off. As in Pillow, an unsigned type of 1 byte is text and gives no orientation.</remarks>
internal static class ExifOrientation
{
    private const ushort Tag = 0x0112;
    private const int EntryBytes = 12;
    private const int InlineBytes = 4;

    private static ReadOnlySpan<byte> Prefix => "Exif\0\0"u8;

    /// <summary>The orientation, not checked for its range, or <see langword="null"/> when there is none or the data is not valid.</summary>
    public static long? Read(ReadOnlySpan<byte> exif)
    {
        ReadOnlySpan<byte> tiff = exif.StartsWith(Prefix) ? exif[Prefix.Length..] : exif;
        bool isBigEndian = tiff is [(byte)'M', (byte)'M', ..];
        if ((!isBigEndian && tiff is not [(byte)'I', (byte)'I', ..]) || tiff is not ([_, _, 0, 42, _, _, _, _, ..] or [_, _, 42, 0, _, _, _, _, ..]))
            return null;

        uint directory = Number32(tiff[4..], isBigEndian);
        return directory <= tiff.Length - sizeof(ushort) ? ReadDirectory(tiff, (int)directory, isBigEndian) : null;
    }

    private static long? ReadDirectory(ReadOnlySpan<byte> tiff, int directory, bool isBigEndian)
    {
        long? found = null;
        int count = Number16(tiff[directory..], isBigEndian);
        ReadOnlySpan<byte> entries = tiff[(directory + sizeof(ushort))..];
        for (; count > 0 && entries.Length >= EntryBytes; count--, entries = entries[EntryBytes..])
        {
            if (Number16(entries, isBigEndian) == Tag)
                found = ReadValue(tiff, entries[..EntryBytes], isBigEndian) ?? found;
        }

        return found;
    }

    private static long? ReadValue(ReadOnlySpan<byte> tiff, ReadOnlySpan<byte> entry, bool isBigEndian)
    {
        int type = Number16(entry[2..], isBigEndian), size = Size(type);
        long bytes = size * (long)Number32(entry[4..], isBigEndian);
        if (bytes == 0)
            return null;

        ReadOnlySpan<byte> value = entry[8..];
        if (bytes > InlineBytes)
        {
            uint offset = Number32(value, isBigEndian);
            if (offset + bytes > tiff.Length)
                return null;

            value = tiff[(int)offset..];
        }

        // Read as signed or unsigned, a negative value is never in 1 to 8.
        return size == 1 ? value[0] : size == sizeof(ushort) ? Number16(value, isBigEndian) : Number32(value, isBigEndian);
    }

    /// <summary>The bytes of one value of an integer type, 0 for every other type.</summary>
    private static int Size(int type) => type switch
    {
        6 => 1, // SBYTE
        3 or 8 => sizeof(ushort), // SHORT, SSHORT
        4 or 9 or 13 => sizeof(uint), // LONG, SLONG, IFD
        _ => 0,
    };

    private static ushort Number16(ReadOnlySpan<byte> bytes, bool isBigEndian) =>
        (ushort)TiffPages.Number(bytes[..sizeof(ushort)], isBigEndian);

    private static uint Number32(ReadOnlySpan<byte> bytes, bool isBigEndian) =>
        (uint)TiffPages.Number(bytes[..sizeof(uint)], isBigEndian);
}
