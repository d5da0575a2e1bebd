namespace Scott.Models.Imaging;

/// <summary>Finds the pages of a TIFF file and checks their directories before LibTiff allocates what these ask for.</summary>
/// <remarks>TIFF 6.0, section 2, and BigTIFF, whose offsets have 8 bytes.</remarks>
internal sealed class TiffPages
{
    private const ushort BigVersion = 43;

    private readonly List<long> _offsets = [];

    private TiffPages(bool isBigEndian, bool isBig) => (IsBigEndian, IsBig) = (isBigEndian, isBig);

    public bool IsBigEndian { get; }

    /// <summary>BigTIFF.</summary>
    public bool IsBig { get; }
    public int Count => _offsets.Count;

    /// <summary>Where the file says where its first page is.</summary>
    public int FirstOffsetAt => IsBig ? 8 : 4;
    public int OffsetBytes => IsBig ? sizeof(ulong) : sizeof(uint);

    private int CountBytes => IsBig ? sizeof(ulong) : sizeof(ushort);
    private int EntryBytes => IsBig ? 20 : 12;

    /// <summary>Walks over the pages. A loop or a damaged link ends the walk after the pages that were found.</summary>
    /// <exception cref="ImageFormatException">There is no page.</exception>
    public static TiffPages Find(TiffBytes tiff, string name)
    {
        byte[] start = new byte[4];
        tiff.Read(0, start);
        bool isBigEndian = start[0] == 'M';
        var pages = new TiffPages(isBigEndian, start[isBigEndian ? 3 : 2] == BigVersion);
        var seen = new HashSet<long>();
        for (long at = pages.FirstOffsetAt; pages.Offset(tiff, at) is { } offset && seen.Add(offset);)
        {
            if (pages.Entries(tiff, offset) is not { } entries)
                break;

            pages._offsets.Add(offset);
            at = offset + pages.CountBytes + (entries * pages.EntryBytes);
        }

        return pages.Count > 0
            ? pages
            : throw new ImageFormatException(name, ImageFault.Header, "it starts like a TIFF file, but its first page is cut off or not valid.");
    }

    /// <summary>Reads the directory of a page.</summary>
    /// <exception cref="ImageFormatException">There is no such page, or an entry does not lie within the file.</exception>
    public TiffPage Read(TiffBytes tiff, int page, string name)
    {
        if (page >= Count)
            throw FormatDecoder.NoSuchPage(name, page, Count);

        long offset = _offsets[page], bytes = 0;
        var tags = new Dictionary<int, TiffEntry>();
        for (long i = 0, at = offset + CountBytes; i < Entries(tiff, offset); i++, at += EntryBytes)
        {
            var tag = ReadTag(tiff, at);
            bytes += tag.Bytes;

            // Several entries may share their values, but not so many that all of them together take much memory.
            if (tag.At < 0 || tag.At > tiff.Length - tag.Bytes || bytes > 4L * tiff.Length)
            {
                throw new ImageFormatException(
                    name, ImageFault.Truncated, $"the values of its TIFF tag {tag.Number} do not lie within its {Plural.Of(tiff.Length, "byte")}.");
            }

            if (!tags.TryAdd(tag.Number, tag))
                throw new ImageFormatException(name, ImageFault.Corrupt, $"its page {page} has the TIFF tag {tag.Number} twice.");
        }

        return new TiffPage(this, tags, offset);
    }

    public long Number(TiffBytes tiff, long at, int bytes)
    {
        Span<byte> number = stackalloc byte[sizeof(ulong)];
        number = number[..bytes];
        tiff.Read(at, number);
        return Number(number, IsBigEndian);
    }

    /// <summary>A whole number of 1, 2, 4 or 8 bytes.</summary>
    public static long Number(ReadOnlySpan<byte> number, bool isBigEndian) => number.Length switch
    {
        1 => number[0],
        sizeof(ushort) => isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(number) : BinaryPrimitives.ReadUInt16LittleEndian(number),
        sizeof(uint) => isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(number) : BinaryPrimitives.ReadUInt32LittleEndian(number),
        _ => isBigEndian ? BinaryPrimitives.ReadInt64BigEndian(number) : BinaryPrimitives.ReadInt64LittleEndian(number),
    };

    private TiffEntry ReadTag(TiffBytes tiff, long at)
    {
        int type = (int)Number(tiff, at + 2, sizeof(ushort));
        long count = Number(tiff, at + 4, OffsetBytes), valueAt = at + 4 + OffsetBytes;

        // Too many values become a length that no file has.
        long bytes = count is < 0 or > int.MaxValue ? long.MaxValue / 8 : count * TiffEntry.SizeOf(type);
        long start = bytes <= OffsetBytes ? valueAt : Number(tiff, valueAt, OffsetBytes);
        return new TiffEntry((int)Number(tiff, at, sizeof(ushort)), type, count, bytes, start);
    }

    /// <summary>The offset that stands at a place; <see langword="null"/> if it is the end, or beyond it.</summary>
    private long? Offset(TiffBytes tiff, long at) =>
        at <= tiff.Length - OffsetBytes && Number(tiff, at, OffsetBytes) is > 0 and var offset && offset <= tiff.Length - CountBytes ? offset : null;

    /// <summary>The entries of a directory; <see langword="null"/> if it has none or is cut off.</summary>
    private long? Entries(TiffBytes tiff, long offset)
    {
        long count = Number(tiff, offset, CountBytes);
        return count > 0 && count <= (tiff.Length - offset - CountBytes) / EntryBytes ? count : null;
    }
}

/// <summary>An entry of a TIFF directory: its number, the type and count of its values, and where they are.</summary>
internal readonly record struct TiffEntry(int Number, int Type, long Count, long Bytes, long At)
{
    /// <summary>The bytes of a value; 1 for an unknown type, which readers skip.</summary>
    public static int SizeOf(int type) => type switch
    {
        3 or 8 => sizeof(ushort), // SHORT, SSHORT
        4 or 9 or 11 or 13 => sizeof(uint), // LONG, SLONG, FLOAT, IFD
        5 or 10 or 12 or 16 or 17 or 18 => sizeof(ulong), // RATIONAL, SRATIONAL, DOUBLE, LONG8, SLONG8, IFD8
        _ => 1, // BYTE, ASCII, SBYTE, UNDEFINED
    };
}
