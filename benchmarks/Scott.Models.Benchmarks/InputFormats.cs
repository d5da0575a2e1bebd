using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using BitMiracle.LibTiff.Classic;
using Scott.Models.Imaging;
using Scott.Models.Inference;

namespace Scott.Models.Benchmarks;

/// <summary>
/// What 16 bits per sample are worth: nearest-neighbor accuracy on drawn textures of low contrast, by the high byte, the whole range and a window of
/// percentiles; and how fast TIFF and PNG files are decoded.
/// </summary>
internal static class InputFormats
{
    private const string Command = "inputs";
    private const int Classes = 8;
    private const int TrainingImages = 8; // of a class
    private const int TestImages = 12;
    private const int Side = 128;
    private const int Rounds = 5;

    public static bool Handles(string[] arguments) => arguments is [Command];

    public static async Task RunAsync()
    {
        ScottModel model = await ScottModel.FromPretrainedAsync(ScottModels.DefaultId);
        using FeatureExtractor whole = model.ExtractFeatures().Build();
        using FeatureExtractor window = model.WithSampleRange(SampleRange.Percentile(1, 99)).ExtractFeatures().Build();
        string images = $"{TrainingImages} known and {TestImages} asked of each";
        Console.WriteLine($"nearest neighbor of {Classes} textures, {images}; chance {100.0 / Classes:F1} %");
        foreach (int contrast in new[] { 100, 400, 1600, 6400, 25_600 })
        {
            double high = await AccuracyAsync(whole, contrast, image => ImageSource.FromImage(HighByte(image)));
            double range = await AccuracyAsync(whole, contrast, image => ImageSource.FromSamples(image));
            double percentiles = await AccuracyAsync(window, contrast, image => ImageSource.FromSamples(image));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"contrast {contrast,5} of 65535: high byte {high:F1} %, whole range {range:F1} %, percentiles 1 to 99 {percentiles:F1} %"));
        }

        foreach (int bits in new[] { 8, 16 })
            await MeasureSpeedAsync(bits);
    }

    private static async Task<double> AccuracyAsync(FeatureExtractor extractor, int contrast, Func<SampleImage, ImageSource> source)
    {
        List<(int Label, float[] Vector)> known = [], asked = [];
        for (int label = 0; label < Classes; label++)
        {
            for (int i = 0; i < TrainingImages + TestImages; i++)
            {
                float[] vector = await extractor.EmbedAsync(source(Texture(label, (label * 1000) + i, contrast)));
                (i < TrainingImages ? known : asked).Add((label, vector));
            }
        }

        return 100.0 * asked.Count(each => known.MaxBy(other => TensorPrimitives.CosineSimilarity(each.Vector, other.Vector)).Label == each.Label)
            / asked.Count;
    }

    /// <summary>Stripes of the class's direction and width, with another phase, brightness and noise in each image.</summary>
    private static SampleImage Texture(int label, int seed, int contrast)
    {
        var random = new Random(seed);
        double angle = label % 4 * Math.PI / 4, width = label < 4 ? 7 : 17;
        double phase = random.NextDouble() * 7, bright = 4000 + (random.NextDouble() * 30_000);
        ushort[] samples = new ushort[Side * Side];
        for (int i = 0; i < samples.Length; i++)
        {
            double along = ((i % Side) * Math.Cos(angle)) + ((i / Side) * Math.Sin(angle));
            double wave = (0.5 * (1 + Math.Sin((along / width * 2 * Math.PI) + phase))) + (0.4 * (random.NextDouble() - 0.5));
            samples[i] = (ushort)Math.Clamp(bright + (contrast * wave), 0, ushort.MaxValue);
        }

        return SampleImage.FromSamples(samples, Side, Side, 1);
    }

    private static RgbImage HighByte(SampleImage image) => RgbImage.FromPixels(
        [.. MemoryMarshal.Cast<byte, ushort>(image.Bytes.Span).ToArray().Select(sample => (byte)(sample >> 8))], Side, Side, PixelLayout.Gray8);

    private static async Task MeasureSpeedAsync(int bits)
    {
        const int Width = 2000, Height = 1500;
        byte[] samples = new byte[Width * Height * 3 * bits / 8];
        var random = new Random(1);
        for (int i = 0; i < samples.Length; i++)
            samples[i] = (byte)((128 + (100 * Math.Sin(i * 0.0003))) + (bits == 8 || i % 2 == 0 ? random.Next(9) : 0));

        byte[] png = bits == 8 ? RgbImage.FromPixels(samples, Width, Height, PixelLayout.Rgb24).EncodePng() : Png16(samples, Width, Height);
        await TimeAsync($"PNG {bits} bits", png, Width * Height);
        foreach (Compression compression in new[] { Compression.NONE, Compression.LZW, Compression.ADOBE_DEFLATE })
            await TimeAsync($"TIFF {bits} bits {compression}", Tiff(samples, Width, Height, bits, compression), Width * Height);
    }

    private static async Task TimeAsync(string name, byte[] file, int pixels)
    {
        double best = double.MaxValue;
        for (int round = 0; round <= Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            await ImageDecoder.DecodeSamplesAsync(ImageSource.FromBytes(file));
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {file.Length / 1e6:F1} MB, {1000 * best:F0} ms, {pixels / best / 1e6:F0} million pixels per second"));
    }

    private static byte[] Tiff(byte[] samples, int width, int height, int bits, Compression compression)
    {
        var memory = new MemoryStream();
        using (Tiff file = BitMiracle.LibTiff.Classic.Tiff.ClientOpen("benchmark", "w", memory, new TiffStream()))
        {
            file.SetField(TiffTag.IMAGEWIDTH, width);
            file.SetField(TiffTag.IMAGELENGTH, height);
            file.SetField(TiffTag.BITSPERSAMPLE, bits);
            file.SetField(TiffTag.SAMPLESPERPIXEL, 3);
            file.SetField(TiffTag.PHOTOMETRIC, Photometric.RGB);
            file.SetField(TiffTag.PLANARCONFIG, PlanarConfig.CONTIG);
            file.SetField(TiffTag.COMPRESSION, compression);
            file.SetField(TiffTag.ROWSPERSTRIP, 64);
            if (compression != Compression.NONE)
                file.SetField(TiffTag.PREDICTOR, Predictor.HORIZONTAL);

            int row = samples.Length / height;
            for (int y = 0; y < height; y++)
                file.WriteScanline(samples[(y * row)..((y + 1) * row)], y);

            file.WriteDirectory();
        }

        return memory.ToArray();
    }

    /// <summary>A PNG of 16 bits, each row filtered by the pixel to its left.</summary>
    private static byte[] Png16(byte[] samples, int width, int height)
    {
        byte[] rows = new byte[samples.Length + height];
        int rowBytes = samples.Length / height;
        for (int y = 0, at = 0; y < height; y++)
        {
            rows[at++] = 1;
            for (int i = 0; i < rowBytes; i++, at++)
                rows[at] = (byte)(samples[(y * rowBytes) + (i ^ 1)] - (i < 6 ? 0 : samples[(y * rowBytes) + ((i - 6) ^ 1)]));
        }

        var data = new MemoryStream();
        using (var zlib = new System.IO.Compression.ZLibStream(data, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(rows);

        byte[] header = [.. Number(width), .. Number(height), 16, 2, 0, 0, 0];
        return [0x89, .. "PNG\r\n\u001a\n"u8, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, data.ToArray()), .. Chunk("IEND"u8, [])];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] contents)
    {
        byte[] body = [.. type, .. contents];
        return [.. Number(contents.Length), .. body, .. Number((int)System.IO.Hashing.Crc32.HashToUInt32(body))];
    }

    private static byte[] Number(int value)
    {
        byte[] bytes = new byte[sizeof(int)];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
