namespace Scott.Models.Foundation;

/// <summary>Reads the symbol versions of a 64-bit little-endian ELF library.</summary>
/// <remarks>"Symbol Versioning" in the Linux Standard Base, core specification 5.0. Damaged files give <see cref="InvalidDataException"/>.</remarks>
internal sealed class ElfImage
{
    private const uint VersionDefinitions = 0x6ffffffd;
    private const uint VersionNeeds = 0x6ffffffe;
    private const int FlagsInNeed = 4;

    private readonly byte[] _image;

    public ElfImage(byte[] image)
    {
        ReadOnlySpan<byte> sixtyFourBitLittleEndian = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1];
        _image = image.AsSpan().StartsWith(sixtyFourBitLittleEndian)
            ? image
            : throw new InvalidDataException("Not a 64-bit little-endian ELF file.");
    }

    /// <summary>A version that is needed from the library with this soname. The offset is the place of its 16-bit flags in the file.</summary>
    public readonly record struct Need(string Library, string Version, int FlagsOffset);

    /// <summary>The versions this library defines, for example <c>GLIBCXX_3.4.30</c>.</summary>
    public IReadOnlyList<string> DefinedVersions() => FindSection(VersionDefinitions) is (int first, int strings)
        ? [.. Chain(first, nextAt: 16).Select(definition => Text(strings + Int32(definition + Int32(definition + 12))))]
        : [];

    /// <summary>The versions that this library needs from other libraries.</summary>
    public IReadOnlyList<Need> NeededVersions() => FindSection(VersionNeeds) is (int first, int strings)
        ? [.. from library in Chain(first, nextAt: 12)
              from need in Chain(library + Int32(library + 8), nextAt: 12)
              select new Need(Text(strings + Int32(library + 4)), Text(strings + Int32(need + 8)), need + FlagsInNeed)]
        : [];

    /// <summary>The positions of a section's records. Each record says how far away the next one is.</summary>
    private IEnumerable<int> Chain(int position, int nextAt)
    {
        int next;
        do
        {
            yield return position;
            next = Int32(position + nextAt);
            position += next;
        }
        while (next > 0);
    }

    /// <summary>The offset of a section in the file, and the offset of its string table.</summary>
    private (int Position, int Strings)? FindSection(uint type)
    {
        const int TypeInHeader = 4, OffsetInHeader = 24, LinkInHeader = 40;
        long headers = Int64(40);
        int size = UInt16(58);
        int count = UInt16(60);
        for (int i = 0; i < count; i++)
        {
            int header = Offset(headers + ((long)i * size));
            if ((uint)Int32(header + TypeInHeader) == type)
            {
                int linked = Offset(headers + ((long)Int32(header + LinkInHeader) * size));
                return (Offset(Int64(header + OffsetInHeader)), Offset(Int64(linked + OffsetInHeader)));
            }
        }

        return null;
    }

    /// <summary>Narrows an offset, which <see cref="Bytes"/> then checks. An offset over 2 GiB is past the end of the file and gives −1.</summary>
    private static int Offset(long offset) => offset is >= 0 and <= int.MaxValue ? (int)offset : -1;

    private ushort UInt16(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(offset, sizeof(ushort)));
    private int Int32(int offset) => BinaryPrimitives.ReadInt32LittleEndian(Bytes(offset, sizeof(int)));
    private long Int64(int offset) => BinaryPrimitives.ReadInt64LittleEndian(Bytes(offset, sizeof(long)));

    private string Text(int offset)
    {
        ReadOnlySpan<byte> rest = Bytes(offset, 0, toEnd: true);
        int length = rest.IndexOf((byte)0);
        return length >= 0 ? Encoding.UTF8.GetString(rest[..length]) : throw new InvalidDataException("An ELF string does not end.");
    }

    private ReadOnlySpan<byte> Bytes(int offset, int count, bool toEnd = false) =>
        offset >= 0 && offset <= _image.Length - count
            ? _image.AsSpan(offset, toEnd ? _image.Length - offset : count)
            : throw new InvalidDataException($"An ELF table points to byte {offset} of {_image.Length}.");
}
