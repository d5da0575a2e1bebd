using ImageMagick;
using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Inference;

namespace Scott.Models.Tests.Documentation;

/// <summary>The C# blocks of <c>docs/uses/inputs.md</c>, word for word, as code that compiles and runs.</summary>
/// <remarks><see cref="InputDocumentTests"/> compares the two.</remarks>
internal static class InputExamples
{
    public static async Task<float[]> EmbedScanAsync()
    {
        // inputs.md
        ScottModel model = await ScottModel.FromPretrainedAsync("scott-mini-112-distilled");
        using FeatureExtractor extractor = model.WithSampleRange(SampleRange.Percentile(1, 99)).ExtractFeatures().Build();
        float[] vector = await extractor.EmbedAsync("scan.tif");
        // end
        return vector;
    }

    public static async Task<(SampleImage Scan, RgbImage Image)> LookAsync()
    {
        // inputs.md
        SampleImage scan = await ImageDecoder.DecodeSamplesAsync("scan.tif");
        Console.WriteLine($"{scan.Width}×{scan.Height}, {scan.Channels} channels of {scan.Format}");
        RgbImage image = scan.ToRgbImage(SampleRange.Percentile(1, 99));
        await image.SavePngAsync("scan-8-bit.png");
        // end
        return (scan, image);
    }

    public static async Task<float[]> EmbedArrayAsync(FeatureExtractor extractor)
    {
        // inputs.md
        ushort[] samples = new ushort[480 * 640]; // from a camera: rows from top to bottom
        float[] vector = await extractor.EmbedAsync(ImageSource.FromPixels(samples, width: 640, height: 480));
        // end
        return vector;
    }

    public static async Task<List<float[]>> EmbedPagesAsync(FeatureExtractor extractor)
    {
        List<float[]> vectors = [];
        // inputs.md
        ImageSource file = "pages.tif";
        for (int page = 0; page < await ImageDecoder.CountPagesAsync(file); page++)
            vectors.Add(await extractor.EmbedAsync(file.WithPage(page)));
        // end
        return vectors;
    }

    public static async Task<FineTuningResult> TrainChannelsAsync(ScottModel model)
    {
        // inputs.md
        ImageFolder scans = ImageFolder.OpenLabeled("scans");
        DatasetReport report = await scans.InspectAsync(decoding: new ImageDecodingOptions { Channels = 4 });
        ScottModel fourChannels = model.WithImageChannels(4, report.Channels);
        FineTuningResult result = await fourChannels.FineTune(scans).WithEpochs(20).RunAsync();
        await result.Classifier.SaveAsync("scans.safetensors");
        // end
        return result;
    }

    public static (ScottModel Wide, ScottModel Whole) Shape(ScottModel model)
    {
        // inputs.md
        ScottModel wide = model.WithImageSize(height: 112, width: 224);
        ScottModel whole = model.WithResize(ResizeMode.Letterbox);
        // end
        return (wide, whole);
    }

    public static async Task EmbedTilesAsync(FeatureExtractor extractor)
    {
        // inputs.md
        await foreach (TileEmbedding tile in extractor.EmbedTilesAsync("slide.tif", TileOptions.Square(512, overlapPixels: 64)))
            Console.WriteLine($"{tile.Tile.Left}, {tile.Tile.Top}: {tile.Vector.Span[0]}");
        // end
    }

    public static async Task<float[]> EmbedOwnFormatAsync(ScottModel model)
    {
        // inputs.md
        var decoding = new ImageDecodingOptions { Decoders = [new MagickDecoder()] };
        using FeatureExtractor extractor = model.ExtractFeatures().WithDecoding(decoding).Build();
        float[] vector = await extractor.EmbedAsync("photo.avif");
        // end
        return vector;
    }

    // inputs.md
    internal sealed class MagickDecoder : IImageDecoder
    {
        public bool CanDecode(ReadOnlySpan<byte> start) =>
            start is [0xff, 0x0a, ..] or [0, 0, 0, 12, (byte)'J', (byte)'X', (byte)'L', (byte)' ', ..] // JPEG XL
            || (start.Length >= 12 && (start[4..12].SequenceEqual("ftypavif"u8) || start[4..12].SequenceEqual("ftypheic"u8)));

        public SampleImage Decode(EncodedImage image, CancellationToken cancellationToken)
        {
            var header = new MagickImageInfo(image.Bytes.Span);
            if ((long)header.Width * header.Height > image.Options.MaximumPixels)
                throw new InvalidDataException($"it has {header.Width}×{header.Height} pixels");

            using var decoded = new MagickImage(image.Bytes.Span);
            decoded.AutoOrient();
            using IUnsafePixelCollection<byte> pixels = decoded.GetPixelsUnsafe();
            return SampleImage.FromSamples(pixels.ToByteArray(PixelMapping.RGB)!, (int)decoded.Width, (int)decoded.Height, 3);
        }
    }
    // end
}
