using System.Runtime.InteropServices;
using ImageMagick;
using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Tests.Imaging;

namespace Scott.Models.Tests.Documentation;

/// <summary>What <c>docs/uses/inputs.md</c> shows compiles and runs. The examples read and write the working folder, so they run alone.</summary>
[Collection(AloneTests.Name)]
public sealed class InputDocumentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _before = Directory.GetCurrentDirectory();

    public InputDocumentTests() => Directory.SetCurrentDirectory(_folder.Path);

    [Fact]
    public void CodeBlocks_All_StandInTheExamples()
    {
        string[] blocks = DocumentBlocks.In("docs/uses/inputs.md", "csharp");
        Assert.NotEmpty(blocks);
        string[] examples = DocumentBlocks.ExamplesIn("InputExamples.cs", "inputs.md");
        Assert.Equal(blocks.Order(StringComparer.Ordinal), examples.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Examples_Scan_AreEmbeddedAndShown()
    {
        ushort[] samples = [.. Enumerable.Range(0, 90 * 60).Select(i => (ushort)(20_000 + (i % 90)))];
        byte[] bytes = MemoryMarshal.AsBytes<ushort>(samples).ToArray();
        var recipe = new TiffRecipe(90, 60) { Bits = 16, Compression = "LZW" };
        await File.WriteAllBytesAsync("scan.tif", TiffFiles.Write(recipe, bytes), TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync("pages.tif", TiffFiles.Write([(recipe, bytes), (recipe, bytes)]), TestContext.Current.CancellationToken);
        Assert.Equal(192, (await InputExamples.EmbedScanAsync()).Length);
        (SampleImage scan, RgbImage image) = await InputExamples.LookAsync();
        Assert.Equal((90, 60, 1, SampleFormat.UInt16), (scan.Width, scan.Height, scan.Channels, scan.Format));
        Assert.Equal((0, 255), (image.Pixels.Span[0], image.Pixels.Span[(90 * 3) - 1]));
        RgbImage saved = await ImageDecoder.DecodeAsync("scan-8-bit.png", cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(image.Pixels.Span.SequenceEqual(saved.Pixels.Span));
        using FeatureExtractor extractor = ScottModel.Create(Architectures.Tiny, seed: 5).ExtractFeatures().Build();
        Assert.NotEmpty(await InputExamples.EmbedArrayAsync(extractor));
        List<float[]> pages = await InputExamples.EmbedPagesAsync(extractor);
        Assert.Equal(2, pages.Count);
        Assert.Equal(pages[0], pages[1]);
    }

    [Fact]
    public async Task Examples_ChannelsShapesAndTiles_Run()
    {
        for (int i = 0; i < 12; i++)
        {
            string folder = Path.Combine("scans", i % 2 == 0 ? "dark" : "light");
            Directory.CreateDirectory(folder);
            int last = 60 + (100 * (i % 2));
            byte[] samples = [.. Enumerable.Range(0, 72 * 72 * 4).Select(at => (byte)((at % 4 == 3 ? last : 120) + (at % 7)))];
            var recipe = new TiffRecipe(72, 72) { Channels = 4, Photometric = "MINISBLACK" };
            await File.WriteAllBytesAsync(
                Path.Combine(folder, $"{i}.tif"), TiffFiles.Write(recipe, samples), TestContext.Current.CancellationToken);
        }

        ScottModel model = ScottModel.Create(Architectures.Tiny, seed: 5);
        await InputExamples.TrainChannelsAsync(model);
        ScottClassifier classifier = await ScottClassifier.FromFileAsync("scans.safetensors", TestContext.Current.CancellationToken);
        Assert.Equal(4, classifier.Model.Architecture.Channels);
        (ScottModel wide, ScottModel whole) = InputExamples.Shape(model);
        Assert.Equal((112, 224, ResizeMode.Letterbox), (wide.Architecture.ImageHeight, wide.Architecture.ImageWidth, whole.Preprocessing.Resize));

        byte[] slide = TiffFiles.Write(new TiffRecipe(700, 600) { Tile = 128 }, TiffDecoderTests.Bytes(700 * 600));
        await File.WriteAllBytesAsync("slide.tif", slide, TestContext.Current.CancellationToken);
        using FeatureExtractor extractor = model.ExtractFeatures().Build();
        await InputExamples.EmbedTilesAsync(extractor);
    }

    [Theory]
    [InlineData(MagickFormat.Avif)]
    [InlineData(MagickFormat.Jxl)]
    public async Task Examples_OwnFormat_IsNearThePngOfTheSameImage(MagickFormat format)
    {
        RgbImage drawn = RgbImage.FromPixels(
            [.. Enumerable.Range(0, 96 * 80).SelectMany(i => new[] { (byte)(i % 96 * 2), (byte)(i / 96 * 3), (byte)90 })], 96, 80, PixelLayout.Rgb24);
        using (var image = new MagickImage(drawn.EncodePng()) { Quality = 95 })
            await File.WriteAllBytesAsync("photo.avif", image.ToByteArray(format), TestContext.Current.CancellationToken);

        ScottModel model = ScottModel.Create(Architectures.Tiny, seed: 5);
        float[] vector = await InputExamples.EmbedOwnFormatAsync(model);
        using FeatureExtractor plain = model.ExtractFeatures().Build();
        float[] expected = await plain.EmbedAsync(ImageSource.FromImage(drawn), TestContext.Current.CancellationToken);
        Assert.InRange(Scott.Models.Metrics.Similarity.Cosine(expected, vector), 0.99f, 1.0001f);
        await Assert.ThrowsAsync<ImageFormatException>(() => plain.EmbedAsync("photo.avif", TestContext.Current.CancellationToken));

        // The decoder checks the limit by the header, the package by the result; a damaged file is a typed error too.
        byte[] file = await File.ReadAllBytesAsync("photo.avif", TestContext.Current.CancellationToken);
        var small = new ImageDecodingOptions { Decoders = [new InputExamples.MagickDecoder()], MaximumPixels = 100 };
        ImageFormatException error = await Assert.ThrowsAsync<ImageFormatException>(
            () => ImageDecoder.DecodeAsync(ImageSource.FromBytes(file), small));
        Assert.Equal(ImageFault.DecoderFailed, error.Fault);
        error = await Assert.ThrowsAsync<ImageFormatException>(() => ImageDecoder.DecodeAsync(ImageSource.FromBytes(file.AsMemory(0, 20)), small));
        Assert.Equal(ImageFault.DecoderFailed, error.Fault);
    }

    public void Dispose()
    {
        Directory.SetCurrentDirectory(_before);
        _folder.Dispose();
    }
}
