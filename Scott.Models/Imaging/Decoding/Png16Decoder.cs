using System.IO.Compression;
using SkiaSharp;

namespace Scott.Models.Imaging;

/// <summary>Decodes PNG files of 16 bits per sample exactly: gray and RGB, with or without alpha, which is dropped; interlaced or not.</summary>
/// <remarks>PNG, third edition, 7 to 10. Skia gives such files at 8 bits, or RGB at half precision, which has 11.</remarks>
internal static class Png16Decoder
{
    private const int BitDepthAt = 24;
    private const int HeaderBytes = 13;
    private const int SampleBytes = sizeof(ushort);
    private const int MostInflated = 1032; // deflate's best ratio: 258 bytes for 2 bits
    private const int RowsPerCheck = 64;

    private static readonly (int X, int Y, int StepX, int StepY)[] OnePass = [(0, 0, 1, 1)];
    private static readonly (int X, int Y, int StepX, int StepY)[] Adam7 =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    public static bool Handles(ReadOnlySpan<byte> file) =>
        ImageSignature.Format(file) == "PNG" && file.Length > BitDepthAt && file[BitDepthAt] == 16 && file[12..].StartsWith("IHDR"u8);

    /// <summary>Decodes a file to 1 or 3 channels, upright.</summary>
    public static SampleImage Decode(ReadOnlySpan<byte> png, string name, ImageDecodingOptions options, CancellationToken cancellationToken)
    {
        var reader = new PngChunkReader(png);
        if (!reader.MoveNext() || reader.Contents.Length != HeaderBytes || !reader.IsSound)
            throw new ImageFormatException(name, ImageFault.Header, "it starts like a PNG file, but its header is cut off or not valid.");

        var header = PngHeader.Read(reader.Contents, name, options);
        using MemoryStream data = ReadData(ref reader, name, out bool isWhole);
        var passes = header.IsInterlaced ? Adam7 : OnePass;
        if (passes.Sum(header.PassBytes) > MostInflated * (data.Length + 1))
            throw Truncated(name, header);

        byte[] samples = new byte[(long)header.Width * header.Height * header.Colors * SampleBytes];
        using var inflated = new ZLibStream(data, CompressionMode.Decompress);
        try
        {
            foreach ((int, int, int, int) pass in passes)
                ReadPass(inflated, header, pass, samples, name, cancellationToken);

            // The checksum behind the pixels is compared only if the end is read.
            inflated.ReadByte();
        }
        catch (InvalidDataException exception)
        {
            throw isWhole ? new ImageFormatException(name, ImageFault.Corrupt, "its PNG data is damaged.", exception) : Truncated(name, header);
        }

        var image = SampleImage.Wrap(samples, SampleFormat.UInt16, header.Width, header.Height, header.Colors);
        return SampleOrientation.Apply(image, EncodedOrientation.Read(png, SKEncodedImageFormat.Png));
    }

    private static MemoryStream ReadData(ref PngChunkReader reader, string name, out bool isWhole)
    {
        var data = new MemoryStream();
        isWhole = false;
        while (reader.MoveNext())
        {
            isWhole = reader.Type.SequenceEqual("IEND"u8);
            if (!reader.Type.SequenceEqual("IDAT"u8))
                continue;
            if (!reader.IsSound)
                throw new ImageFormatException(name, ImageFault.Corrupt, "its PNG data is damaged: a checksum is wrong.");

            data.Write(reader.Contents);
        }

        data.Position = 0;
        return data;
    }

    private static void ReadPass(
        ZLibStream inflated, PngHeader header, (int X, int Y, int StepX, int StepY) pass, byte[] samples, string name,
        CancellationToken cancellationToken)
    {
        (int columns, int rows) = header.PassSize(pass);
        if (columns == 0 || rows == 0)
            return;

        int pixelBytes = header.Channels * SampleBytes;
        byte[] row = new byte[1 + (columns * pixelBytes)], above = new byte[row.Length];
        for (int y = 0; y < rows; y++)
        {
            if (y % RowsPerCheck == 0)
                cancellationToken.ThrowIfCancellationRequested();
            if (inflated.ReadAtLeast(row, row.Length, throwOnEndOfStream: false) < row.Length)
                throw Truncated(name, header);
            if (!PngFilter.Undo(row[0], row.AsSpan(1), above.AsSpan(1), pixelBytes))
                throw new ImageFormatException(name, ImageFault.Corrupt, $"its PNG data is damaged: a row has filter {row[0]}; expected 0 to 4.");

            Span<ushort> target = MemoryMarshal.Cast<byte, ushort>(samples.AsSpan());
            int to = (((pass.Y + (y * pass.StepY)) * header.Width) + pass.X) * header.Colors, step = pass.StepX * header.Colors;
            for (int from = 1; from < row.Length; from += pixelBytes, to += step)
            {
                for (int color = 0; color < header.Colors; color++)
                    target[to + color] = BinaryPrimitives.ReadUInt16BigEndian(row.AsSpan(from + (color * SampleBytes)));
            }

            (row, above) = (above, row);
        }
    }

    private static ImageFormatException Truncated(string name, PngHeader header) => new(
        name, ImageFault.Truncated, $"its PNG data ends before the last of its {header.Width}×{header.Height} pixels.");

    /// <summary>The header of a PNG of 16 bits per sample (11.2.1).</summary>
    private readonly record struct PngHeader(int Width, int Height, int Channels, bool IsInterlaced)
    {
        /// <summary>The channels without alpha.</summary>
        public int Colors => Channels >= 3 ? 3 : 1;

        public static PngHeader Read(ReadOnlySpan<byte> header, string name, ImageDecodingOptions options)
        {
            (uint width, uint height) = (BinaryPrimitives.ReadUInt32BigEndian(header), BinaryPrimitives.ReadUInt32BigEndian(header[4..]));
            if (width == 0 || height == 0)
                throw new ImageFormatException(name, ImageFault.NoPixels, $"its PNG header gives {width}×{height} pixels; expected at least 1×1.");

            FormatDecoder.RequirePixels(name, "its PNG header gives", width, height, options);
            int channels = header[9] switch { 0 => 1, 2 => 3, 4 => 2, 6 => 4, _ => 0 };
            if (channels == 0 || header[10] != 0 || header[11] != 0 || header[12] > 1)
                throw new ImageFormatException(name, ImageFault.Header, "it starts like a PNG file, but its header is not valid.");

            var read = new PngHeader((int)width, (int)height, channels, header[12] == 1);
            if (width * (long)height > Array.MaxLength / (read.Colors * SampleBytes) || width > Array.MaxLength / 16)
            {
                throw new ImageFormatException(
                    name, ImageFault.TooManyPixels, $"its PNG header gives {width}×{height} pixels of 16 bits, more than memory can hold.");
            }

            return read;
        }

        public (int Columns, int Rows) PassSize((int X, int Y, int StepX, int StepY) pass) => (
            (Width - pass.X + pass.StepX - 1) / pass.StepX, (Height - pass.Y + pass.StepY - 1) / pass.StepY);

        public long PassBytes((int X, int Y, int StepX, int StepY) pass)
        {
            (int columns, int rows) = PassSize(pass);
            return columns == 0 ? 0 : rows * (1 + ((long)columns * Channels * SampleBytes));
        }
    }
}

/// <summary>Undoes the filters of PNG rows (PNG, third edition, 9.2).</summary>
internal static class PngFilter
{
    /// <summary>Restores a row in place from the one above it, which is zeros for the first; false if there is no such filter.</summary>
    public static bool Undo(byte filter, Span<byte> row, ReadOnlySpan<byte> above, int pixelBytes)
    {
        if (filter > 4)
            return false;

        for (int i = 0; filter != 0 && i < row.Length; i++)
        {
            int left = i >= pixelBytes ? row[i - pixelBytes] : 0;
            row[i] += (byte)(filter switch
            {
                1 => left,
                2 => above[i],
                3 => (left + above[i]) / 2,
                _ => Paeth(left, above[i], i >= pixelBytes ? above[i - pixelBytes] : 0),
            });
        }

        return true;
    }

    private static int Paeth(int left, int above, int corner)
    {
        int toLeft = Math.Abs(above - corner), toAbove = Math.Abs(left - corner), toCorner = Math.Abs(left + above - (2 * corner));
        return toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner;
    }
}
