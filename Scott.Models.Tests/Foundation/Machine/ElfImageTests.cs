using System.Buffers.Binary;
using System.Text;
using Scott.Models.Foundation;

namespace Scott.Models.Tests.Foundation;

public sealed class ElfImageTests
{
    private static readonly string[] Strings = ["", "libstdc++.so.6", "GLIBCXX_3.4.30", "GLIBCXX_3.4.32", "libc.so.6", "GLIBC_2.34"];

    [Fact]
    public void NeededVersions_Image_AreRead()
    {
        Assert.Equal(
            [("libstdc++.so.6", "GLIBCXX_3.4.30"), ("libstdc++.so.6", "GLIBCXX_3.4.32"), ("libc.so.6", "GLIBC_2.34")],
            new ElfImage(Image()).NeededVersions().Select(need => (need.Library, need.Version)));
        Assert.Empty(new ElfImage(Image()).DefinedVersions());
    }

    [Fact]
    public void MissingVersions_OlderSystem_AreThoseOfLibstdcxxAlone()
    {
        string[] debian12 = ["GLIBCXX_3.4.29", "GLIBCXX_3.4.30"];
        IReadOnlyList<string> missing = LibstdcxxCompatibility.MissingVersions(Image(), debian12);
        Assert.Equal(["GLIBCXX_3.4.32"], missing);
        Assert.True(LibstdcxxCompatibility.CanRelax(missing));
        Assert.Empty(LibstdcxxCompatibility.MissingVersions(Image(), [.. debian12, "GLIBCXX_3.4.32"]));
        Assert.False(LibstdcxxCompatibility.CanRelax(LibstdcxxCompatibility.MissingVersions(Image(), ["GLIBCXX_3.4.29"])));
        Assert.False(LibstdcxxCompatibility.CanRelax([]));
    }

    [Fact]
    public void Relax_Image_SetsOneFlagAndNothingElse()
    {
        byte[] original = Image();
        byte[] relaxed = LibstdcxxCompatibility.Relax(original);
        Assert.Equal(Image(), original);
        int[] changed = [.. Enumerable.Range(0, original.Length).Where(i => original[i] != relaxed[i])];
        ElfImage.Need need = new ElfImage(original).NeededVersions().Single(entry => entry.Version == "GLIBCXX_3.4.32");
        Assert.Equal([need.FlagsOffset], changed);
        Assert.Equal(2, relaxed[need.FlagsOffset]);
    }

    [Fact]
    public void Constructor_NotElf_Throws()
    {
        Assert.Throws<InvalidDataException>(() => new ElfImage("MZ"u8.ToArray()));
        Assert.Throws<InvalidDataException>(() => new ElfImage([]));
    }

    [Fact]
    public void NeededVersions_Truncated_Throws()
    {
        byte[] image = Image(); // its last 32 bytes are fields of a section header that nobody reads
        for (int length = 64; length < image.Length - 32; length += 7)
            Assert.Throws<InvalidDataException>(() => new ElfImage(image[..length]).NeededVersions());
    }

    /// <summary>A file with a header, strings, version needs of two libraries, and the section table at the end.</summary>
    private static byte[] Image()
    {
        const int StringsAt = 64, NeedsAt = 192, SectionsAt = 320;
        byte[] image = new byte[SectionsAt + (3 * 64)];
        ReadOnlySpan<byte> start = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1];
        start.CopyTo(image);
        BinaryPrimitives.WriteInt64LittleEndian(image.AsSpan(40), SectionsAt);
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(58), 64);
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(60), 3);
        Encoding.ASCII.GetBytes(string.Join('\0', Strings) + '\0').CopyTo(image, StringsAt);

        void Library(int at, int next, string name, params string[] versions)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(at), 1);
            BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(at + 2), (ushort)versions.Length);
            BinaryPrimitives.WriteInt32LittleEndian(image.AsSpan(at + 4), Offset(name));
            BinaryPrimitives.WriteInt32LittleEndian(image.AsSpan(at + 8), 16);
            BinaryPrimitives.WriteInt32LittleEndian(image.AsSpan(at + 12), next);
            for (int i = 0; i < versions.Length; i++)
            {
                BinaryPrimitives.WriteInt32LittleEndian(image.AsSpan(at + 16 + (16 * i) + 8), Offset(versions[i]));
                BinaryPrimitives.WriteInt32LittleEndian(image.AsSpan(at + 16 + (16 * i) + 12), i == versions.Length - 1 ? 0 : 16);
            }
        }

        Library(NeedsAt, 48, "libstdc++.so.6", "GLIBCXX_3.4.30", "GLIBCXX_3.4.32");
        Library(NeedsAt + 48, 0, "libc.so.6", "GLIBC_2.34");
        Section(image, SectionsAt + 64, type: 0x6ffffffe, offset: NeedsAt, link: 2);
        Section(image, SectionsAt + 128, type: 3, offset: StringsAt, link: 0);
        return image;
    }

    private static void Section(byte[] image, int at, uint type, long offset, int link)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(at + 4), type);
        BinaryPrimitives.WriteInt64LittleEndian(image.AsSpan(at + 24), offset);
        BinaryPrimitives.WriteInt32LittleEndian(image.AsSpan(at + 40), link);
    }

    private static int Offset(string text) => Strings.TakeWhile(entry => entry != text).Sum(entry => entry.Length + 1);
}
