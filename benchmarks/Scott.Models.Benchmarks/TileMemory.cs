using System.Diagnostics;
using System.Globalization;
using BitMiracle.LibTiff.Classic;
using Scott.Models.Imaging;
using Scott.Models.Inference;

namespace Scott.Models.Benchmarks;

/// <summary>Time and memory of the tiles of TIFF files of 20 000 × 20 000 pixels, stored in several ways.</summary>
internal static class TileMemory
{
    private const string Command = "tiles";
    private const int Side = 20_000;
    private const int TilePixels = 512;

    public static bool Handles(string[] arguments) => arguments is [Command];

    public static async Task RunAsync()
    {
        ScottModel model = await ScottModel.FromPretrainedAsync("scott-mini-112-distilled");
        using FeatureExtractor extractor = model.ExtractFeatures().Build();
        using var process = Process.GetCurrentProcess();
        string path = Path.Combine(Path.GetTempPath(), $"scott-tiles-{Environment.ProcessId}.tif");
        try
        {
            foreach ((string name, int tile, int channels, int bits, Compression compression) in new[]
            {
                ("gray, 8 bits, tiles of 256, LZW", 256, 1, 8, Compression.LZW),
                ("RGB, 8 bits, strips, deflate", 0, 3, 8, Compression.ADOBE_DEFLATE),
                ("gray, 16 bits, tiles of 512, deflate", 512, 1, 16, Compression.ADOBE_DEFLATE),
            })
            {
                Write(path, tile, channels, bits, compression);
                process.Refresh();
                long before = process.WorkingSet64, most = 0, tiles = 0, start = Stopwatch.GetTimestamp();
                await foreach (TileEmbedding _ in extractor.EmbedTilesAsync(path, TileOptions.Square(TilePixels)))
                {
                    tiles++;
                    process.Refresh();
                    most = Math.Max(most, process.WorkingSet64);
                }

                (double seconds, double megabytes) = (Stopwatch.GetElapsedTime(start).TotalSeconds, new FileInfo(path).Length / 1e6);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {name} | {megabytes:F0} MB | {tiles} | {seconds:F0} s | {most / 1e6:F0} MB | {before / 1e6:F0} MB |"));
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Write(string path, int tile, int channels, int bits, Compression compression)
    {
        using Tiff file = Tiff.Open(path, "w");
        file.SetField(TiffTag.IMAGEWIDTH, Side);
        file.SetField(TiffTag.IMAGELENGTH, Side);
        file.SetField(TiffTag.BITSPERSAMPLE, bits);
        file.SetField(TiffTag.SAMPLESPERPIXEL, channels);
        file.SetField(TiffTag.PHOTOMETRIC, channels == 3 ? Photometric.RGB : Photometric.MINISBLACK);
        file.SetField(TiffTag.PLANARCONFIG, PlanarConfig.CONTIG);
        file.SetField(TiffTag.COMPRESSION, compression);
        int pixel = channels * bits / 8;
        if (tile == 0)
        {
            file.SetField(TiffTag.ROWSPERSTRIP, 16);
            byte[] row = new byte[Side * pixel];
            for (int y = 0; y < Side; y++)
            {
                Draw(row, y, pixel);
                file.WriteScanline(row, y);
            }

            return;
        }

        file.SetField(TiffTag.TILEWIDTH, tile);
        file.SetField(TiffTag.TILELENGTH, tile);
        byte[] block = new byte[tile * tile * pixel];
        for (int top = 0; top < Side; top += tile)
        {
            for (int left = 0; left < Side; left += tile)
            {
                Draw(block, left + top, pixel);
                file.WriteEncodedTile(file.ComputeTile(left, top, 0, 0), block, block.Length);
            }
        }
    }

    /// <summary>Stripes: something to compress that is not all the same.</summary>
    private static void Draw(byte[] bytes, int seed, int step)
    {
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)(seed + (i / step / 5) + (i % step * 40));
    }
}
