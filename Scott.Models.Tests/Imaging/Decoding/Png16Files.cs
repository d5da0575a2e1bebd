using System.Buffers.Binary;
using System.IO.Compression;

namespace Scott.Models.Tests.Imaging;

/// <summary>Encodes PNG files of 16 bits per sample, with every filter, interlaced or not.</summary>
internal static class Png16Files
{
    private static readonly (int X, int Y, int StepX, int StepY)[] Adam7 =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    /// <summary>Encodes samples [height, width, channels], 1 to 4 channels, with filter 0 to 4 for every row, or −1 for one after the
    /// other.</summary>
    public static byte[] Write(int width, int height, int channels, ReadOnlySpan<ushort> samples, bool isInterlaced = false, int filter = -1)
    {
        using var file = new MemoryStream();
        file.Write([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = (16, channels switch { 1 => 0, 2 => 4, 3 => 2, _ => 6 }, isInterlaced ? (byte)1 : (byte)0);
        TestImages.Chunk(file, "IHDR"u8, header);
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Fastest, leaveOpen: true))
        {
            foreach ((int X, int Y, int StepX, int StepY) pass in isInterlaced ? Adam7 : [(0, 0, 1, 1)])
                WritePass(zlib, width, height, channels, samples, pass, filter);
        }

        // Two pieces, as larger files have them.
        byte[] all = data.ToArray();
        TestImages.Chunk(file, "IDAT"u8, all[..(all.Length / 2)]);
        TestImages.Chunk(file, "IDAT"u8, all[(all.Length / 2)..]);
        TestImages.Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static void WritePass(
        Stream zlib, int width, int height, int channels, ReadOnlySpan<ushort> samples, (int X, int Y, int StepX, int StepY) pass, int filter)
    {
        int columns = (width - pass.X + pass.StepX - 1) / pass.StepX, step = channels * 2;
        byte[] above = new byte[columns * step];
        for (int y = pass.Y, number = 0; columns > 0 && y < height; y += pass.StepY, number++)
        {
            byte[] row = new byte[columns * step];
            for (int i = 0; i < columns * channels; i++)
            {
                int x = pass.X + (i / channels * pass.StepX);
                BinaryPrimitives.WriteUInt16BigEndian(row.AsSpan(2 * i), samples[(((y * width) + x) * channels) + (i % channels)]);
            }

            int kind = filter >= 0 ? filter : number % 5;
            zlib.WriteByte((byte)kind);
            zlib.Write([.. row.Select((value, i) => (byte)(value - Predict(
                kind, i >= step ? row[i - step] : 0, above[i], i >= step ? above[i - step] : 0)))]);
            above = row;
        }
    }

    private static int Predict(int kind, int left, int above, int corner)
    {
        int estimate = left + above - corner;
        int nearest = new[] { left, above, corner }.MinBy(value => Math.Abs(estimate - value));
        return kind switch { 1 => left, 2 => above, 3 => (left + above) / 2, 4 => nearest, _ => 0 };
    }
}
