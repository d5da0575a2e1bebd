using System.Formats.Tar;
using System.Text;

namespace Scott.Models.Tests.Inference;

/// <summary>Writes tar archives as img2dataset and WebDataset do, and others.</summary>
internal static class TarFiles
{
    private const int HeaderBytes = 512;
    private const int TypeAt = 156;
    private const int ChecksumAt = 148;
    private const int ChecksumBytes = 8;

    /// <summary>An archive of so many images of the fixture, each with its caption and metadata.</summary>
    /// <returns>The name.</returns>
    public static string Write(string folder, string name, BulkFixture files, int images)
    {
        // The same name must have the same bytes: its number of images is part of it.
        string full = $"{images}-{name}";
        var entries = new List<(string, byte[])>();
        for (int i = 0; i < images; i++)
        {
            entries.Add(($"{i:D9}.png", files.Bytes((i * 5) % BulkFixture.Images)));
            entries.Add(($"{i:D9}.txt", "a caption"u8.ToArray()));
            entries.Add(($"{i:D9}.json", "{}"u8.ToArray()));
        }

        string path = Path.Combine(folder, full);
        if (!File.Exists(path))
            File.WriteAllBytes(path, Make(TarEntryFormat.Ustar, entries));

        return full;
    }

    public static byte[] Make(TarEntryFormat format, IEnumerable<(string Name, byte[] Bytes)> entries)
    {
        var memory = new MemoryStream();
        using (var writer = new TarWriter(memory, format, leaveOpen: true))
        {
            foreach ((string name, byte[] bytes) in entries)
                writer.WriteEntry(Entry(format, name, bytes));
        }

        // TarWriter writes no end mark where it wrote no entry.
        return memory.Length > 0 ? memory.ToArray() : new byte[2 * HeaderBytes];
    }

    /// <summary>Gives the entry at an offset another type, and its header the checksum that goes with it.</summary>
    public static void SetType(byte[] archive, int headerAt, char type)
    {
        Span<byte> header = archive.AsSpan(headerAt, HeaderBytes);
        header[TypeAt] = (byte)type;
        header.Slice(ChecksumAt, ChecksumBytes).Fill((byte)' ');
        int sum = 0;
        foreach (byte value in header)
            sum += value;

        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ", header.Slice(ChecksumAt, ChecksumBytes));
    }

    private static TarEntry Entry(TarEntryFormat format, string name, byte[] bytes)
    {
        TarEntry entry = format switch
        {
            TarEntryFormat.Pax => new PaxTarEntry(TarEntryType.RegularFile, name),
            TarEntryFormat.Gnu => new GnuTarEntry(TarEntryType.RegularFile, name),
            TarEntryFormat.V7 => new V7TarEntry(TarEntryType.V7RegularFile, name),
            _ => new UstarTarEntry(TarEntryType.RegularFile, name),
        };
        entry.ModificationTime = DateTimeOffset.UnixEpoch;
        entry.DataStream = new MemoryStream(bytes);
        return entry;
    }
}
