using System.Formats.Tar;
using System.Globalization;
using SkiaSharp;

namespace Scott.Models.Benchmarks.Cluster;

/// <summary>Tar archives of small drawn photographs: each image is another, and the same on every machine.</summary>
internal static class DrawnTars
{
    private const int Side = 64;
    private const int Quality = 90;
    private const int Blobs = 4;

    /// <summary>Writes the archives that are missing.</summary>
    /// <returns>Their paths, in order.</returns>
    public static async Task<string[]> WriteAsync(string folder, int images, int imagesPerTar, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        string[] paths = [.. Enumerable.Range(0, (images + imagesPerTar - 1) / imagesPerTar)
            .Select(number => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{number:D5}.tar")))];
        await Parallel.ForEachAsync(paths.Index().Where(tar => !File.Exists(tar.Item)), cancellationToken, async (tar, token) =>
        {
            int first = tar.Index * imagesPerTar;
            string temporary = tar.Item + ".part";
            await using (FileStream file = File.Create(temporary))
                await WriteAsync(file, first, Math.Min(images, first + imagesPerTar), token);

            File.Move(temporary, tar.Item, overwrite: true);
        });
        return paths;
    }

    private static async Task WriteAsync(Stream file, int first, int end, CancellationToken cancellationToken)
    {
        await using var tar = new TarWriter(file, TarEntryFormat.Ustar, leaveOpen: true);
        for (int number = first; number < end; number++)
        {
            using var content = new MemoryStream(Draw(number));
            var entry = new UstarTarEntry(TarEntryType.RegularFile, string.Create(CultureInfo.InvariantCulture, $"{number:D9}.jpg"))
            {
                DataStream = content,
                ModificationTime = DateTimeOffset.UnixEpoch,
            };
            await tar.WriteEntryAsync(entry, cancellationToken);
        }
    }

    private static byte[] Draw(int number)
    {
        var random = new Random(number);
        using var bitmap = new SKBitmap(Side, Side, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var canvas = new SKCanvas(bitmap);
        using var paint = new SKPaint { IsAntialias = true };
        canvas.Clear(Color());
        for (int i = 0; i < Blobs; i++)
        {
            paint.Color = Color();
            canvas.DrawOval(random.Next(Side), random.Next(Side), random.Next(4, Side / 2), random.Next(4, Side / 2), paint);
        }

        canvas.Flush();
        using SKData data = bitmap.Encode(SKEncodedImageFormat.Jpeg, Quality);
        return data.ToArray();

        SKColor Color() => new((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256));
    }
}
