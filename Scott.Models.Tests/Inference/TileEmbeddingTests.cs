using System.Runtime.InteropServices;
using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Tests.Imaging;

namespace Scott.Models.Tests.Inference;

/// <summary>The vectors of the tiles of a large image are those of the tiles as images, however the image is stored.</summary>
public sealed class TileEmbeddingTests : IDisposable
{
    private const int Width = 150, Height = 130;

    private static readonly ScottModel Model = ScottModel.Create(Architectures.Tiny, seed: 3);

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Stored =>
        ["image", "png", "strips", "planes", "tiles", "planar tiles", "lzw", "jpeg", "big", "turned", "samples", "stream"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Stored))]
    public async Task Embed_AnyStorage_GivesTheVectorsOfTheTiles(string how)
    {
        RgbImage image = TestImages.Drawn(Width, Height);
        ImageSource source = Source(image, how);
        RgbImage decoded = how is "stream" ? image : await ImageDecoder.DecodeAsync(source);
        TileOptions options = new() { TileHeight = 40, TileWidth = 64, OverlapPixels = 8 };
        using FeatureExtractor extractor = Model.ExtractFeatures().Build();
        using FeatureExtractor whole = Model.WithResize(ResizeMode.Stretch).ExtractFeatures().Build();
        List<TileEmbedding> found = await extractor.EmbedTilesAsync(source, options).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(options.Cut(decoded.Width, decoded.Height), found.Select(each => each.Tile));
        foreach (TileEmbedding each in found)
        {
            RgbImage tile = decoded.Crop(each.Tile.Left, each.Tile.Top, each.Tile.Width, each.Tile.Height);
            Assert.Equal(await whole.EmbedAsync(ImageSource.FromImage(tile)), each.Vector.ToArray());
            Assert.Equal(whole.Fingerprint, each.Embedding.Fingerprint);
            Assert.Equal(source.Name + each.Tile, each.Embedding.Name);
        }
    }

    /// <summary>Samples of 16 bits, and channels that are pages of a file.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(5, false)]
    [InlineData(5, true)]
    public async Task Embed_OtherChannels_GivesTheVectorsOfTheTiles(int channels, bool arePages)
    {
        var random = new Random(channels);
        ushort[] samples = [.. Enumerable.Range(0, Width * Height * channels).Select(_ => (ushort)random.Next(65536))];
        byte[] Bytes(IEnumerable<ushort> part) => MemoryMarshal.AsBytes(part.ToArray().AsSpan()).ToArray();
        var recipe = new TiffRecipe(Width, Height) { Bits = 16, Channels = arePages ? 1 : channels, Photometric = "MINISBLACK", Tile = 32 };
        byte[] file = arePages
            ? TiffFiles.Write([.. Enumerable.Range(0, channels).Select(
                channel => (channel % 2 == 0 ? recipe : recipe with { Tile = 0 }, Bytes(samples.Where((_, i) => i % channels == channel))))])
            : TiffFiles.Write(recipe, Bytes(samples));
        string path = _folder.File("samples.tif");
        await File.WriteAllBytesAsync(path, file, TestContext.Current.CancellationToken);
        ScottModel model = Model.WithImageChannels(channels);
        using FeatureExtractor extractor = model.ExtractFeatures().Build();
        using FeatureExtractor whole = model.WithResize(ResizeMode.Stretch).ExtractFeatures().Build();
        int count = 0;
        await foreach (TileEmbedding each in extractor.EmbedTilesAsync(path, TileOptions.Square(50, 7)))
        {
            ImageTile tile = each.Tile;
            ushort[] part = [.. Enumerable.Range(tile.Top, tile.Height).SelectMany(
                y => samples.AsSpan(((y * Width) + tile.Left) * channels, tile.Width * channels).ToArray())];
            Assert.Equal(await whole.EmbedAsync(ImageSource.FromPixels(part, tile.Width, tile.Height, channels)), each.Vector.ToArray());
            count++;
        }

        Assert.Equal(TileOptions.Square(50, 7).Cut(Width, Height).Count, count);
    }

    [Fact]
    public async Task Embed_SmallImage_IsOneTileOfAll()
    {
        using FeatureExtractor extractor = Model.WithResize(ResizeMode.Letterbox).ExtractFeatures().Build();
        RgbImage image = TestImages.Drawn(30, 20);
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        TileEmbedding tile = Assert.Single(await extractor.EmbedTilesAsync(ImageSource.FromImage(image)).ToListAsync(cancellationToken));
        Assert.Equal(new ImageTile(0, 0, 0, 0, 30, 20), tile.Tile);
        Assert.Equal(await extractor.EmbedAsync(ImageSource.FromImage(image)), tile.Vector.ToArray());
        Assert.Equal(extractor.Fingerprint, tile.Embedding.Fingerprint);
    }

    /// <summary>Damage below is found when it is reached; what comes before it is sound.</summary>
    [Fact]
    public async Task Embed_DamagedFile_GivesTheTilesAboveAndThenTheError()
    {
        byte[] file = Tiff(TestImages.Drawn(Width, 900), "deflate");
        string path = _folder.File("cut.tif");
        new Random(3).NextBytes(file.AsSpan(file.Length / 2, 2000));
        await File.WriteAllBytesAsync(path, file, TestContext.Current.CancellationToken);
        using FeatureExtractor extractor = Model.ExtractFeatures().Build();
        int tiles = 0;
        ImageFormatException error = await Assert.ThrowsAsync<ImageFormatException>(async () =>
        {
            await foreach (TileEmbedding _ in extractor.EmbedTilesAsync(path, TileOptions.Square(32)))
                tiles++;
        });
        Assert.InRange(tiles, 5, TileOptions.Square(32).Cut(Width, 900).Count - 5);
        Assert.Equal(path, error.Name);
        File.Delete(path); // It is closed.
    }

    [Fact]
    public async Task Embed_Faults_AreTyped()
    {
        using FeatureExtractor extractor = Model.ExtractFeatures().Build();
        Assert.Throws<ScottConfigurationException>(() => { extractor.EmbedTilesAsync("x", TileOptions.Square(8, 8)); });
        await Assert.ThrowsAsync<FileNotFoundException>(() => FirstAsync(_folder.File("none.tif")));
        string text = _folder.File("text.tif");
        await File.WriteAllTextAsync(text, "no image", TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<ImageFormatException>(() => FirstAsync(text));
        var wide = new ImageDecodingOptions { MaximumPixels = Width * 90 };
        string path = _folder.File("wide.tif");
        await File.WriteAllBytesAsync(path, Tiff(TestImages.Drawn(Width, Height), "strips"), TestContext.Current.CancellationToken);
        using FeatureExtractor limited = Model.ExtractFeatures().WithDecoding(wide).Build();
        ImageFormatException error = await Assert.ThrowsAsync<ImageFormatException>(
            async () => await limited.EmbedTilesAsync(path, TileOptions.Square(64)).FirstAsync(TestContext.Current.CancellationToken));
        Assert.Equal(ImageFault.TooManyPixels, error.Fault);
        Assert.Contains("a row of its tiles has 150×128 pixels", error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(await limited.EmbedTilesAsync(path, TileOptions.Square(20)).ToListAsync(TestContext.Current.CancellationToken));

        async Task FirstAsync(string name) => await extractor.EmbedTilesAsync(name).FirstAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A header that asks for one huge tile is refused before a buffer is made for it, which comes before that of a row of tiles.</summary>
    [Fact]
    public async Task Embed_FileOfOneHugeTile_IsRefusedBeforeMemoryIsTaken()
    {
        byte[] file = TiffFiles.Write(
            new TiffRecipe(Width, Height) { Channels = 1, Tile = 16, Compression = "LZW" }, TiffDecoderTests.Bytes(Width * Height));
        foreach ((ushort tag, int value) in new (ushort, int)[] { (256, 40_000), (257, 40_000), (322, 1 << 15), (323, 1 << 15) })
            file = TiffDecoderTests.Patched(file, tag, value);

        string path = _folder.File("huge.tif");
        await File.WriteAllBytesAsync(path, [.. file, .. new byte[400_000]], TestContext.Current.CancellationToken);
        using FeatureExtractor extractor = Model.ExtractFeatures().Build();
        ImageFormatException error = await Assert.ThrowsAsync<ImageFormatException>(
            async () => await extractor.EmbedTilesAsync(path).FirstAsync(TestContext.Current.CancellationToken));
        Assert.Equal(ImageFault.UnsupportedVariant, error.Fault);
        Assert.Contains("a strip or tile has 1073741824 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Embed_CanceledOrLeft_EndsAndClosesTheFile()
    {
        string path = _folder.File("large.tif");
        await File.WriteAllBytesAsync(path, Tiff(TestImages.Drawn(Width, 900), "tiles"), TestContext.Current.CancellationToken);
        using FeatureExtractor extractor = Model.ExtractFeatures().Build();
        using var stop = new CancellationTokenSource();
        var progress = new List<long>();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (TileEmbedding each in extractor.EmbedTilesAsync(path, TileOptions.Square(32), null, stop.Token))
                await stop.CancelAsync();
        });
        await foreach (TileEmbedding each in extractor.EmbedTilesAsync(path, TileOptions.Square(32)))
            break;

        using (new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            // Nobody else has it open.
        }
    }

    private ImageSource Source(RgbImage image, string how)
    {
        if (how == "image")
            return ImageSource.FromImage(image, "drawn");
        if (how == "samples")
            return ImageSource.FromSamples(SampleImage.FromSamples(image.Pixels.Span, Width, Height, 3), "drawn");
        if (how == "stream")
            return ImageSource.FromStream(new MemoryStream(Tiff(image, "tiles")), "drawn");

        string path = _folder.File($"{how}.{(how == "png" ? "png" : "tif")}");
        File.WriteAllBytes(path, how == "png" ? image.EncodePng() : Tiff(image, how));
        return path;
    }

    private static byte[] Tiff(RgbImage image, string how) => TiffFiles.Write(
        new TiffRecipe(image.Width, image.Height)
        {
            Channels = 3,
            IsPlanar = how.StartsWith("plan", StringComparison.Ordinal),
            Tile = how.EndsWith("tiles", StringComparison.Ordinal) ? 48 : 0,
            Compression = how switch { "lzw" => "LZW", "deflate" => "ADOBE_DEFLATE", "jpeg" => "JPEG", _ => "NONE" },
            Photometric = how == "jpeg" ? "YCBCR" : "RGB",
            Orientation = how == "turned" ? 6 : 1,
        },
        image.Pixels.ToArray(), how == "big" ? "w8" : "w");
}
