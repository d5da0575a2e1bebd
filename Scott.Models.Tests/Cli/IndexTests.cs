using System.Text.Json;
using Parquet;
using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Metrics;
using Scott.Models.Tests.Imaging;
using Scott.Models.Tests.Processes;
using static Scott.Models.Tests.Processes.BuiltProgram;

namespace Scott.Models.Tests.Cli;

/// <summary>What <c>embed</c> stores beside vectors, and <c>search --index</c>, as a user runs them.</summary>
public sealed class IndexTests(CliFixture files) : IClassFixture<CliFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Embed_ToEachFormat_StoresTheFingerprint()
    {
        VectorFingerprint expected = await FingerprintAsync();
        foreach (string name in new[] { "out.npy", "out.csv" })
        {
            string output = files.NewFile(name);
            AssertExit(0, await Tool.RunAsync("embed", files.Good, "--model", files.Model, "--output", output));
            Assert.Equal(expected, VectorFingerprint.FromJson(await File.ReadAllTextAsync(output + ".fingerprint.json", Cancellation)));
        }

        string parquet = files.NewFile("out.parquet");
        AssertExit(0, await Tool.RunAsync("embed", files.Good, "--model", files.Model, "--output", parquet));
        await using (ParquetReader reader = await ParquetReader.CreateAsync(parquet, cancellationToken: Cancellation))
            Assert.Equal(expected, VectorFingerprint.FromJson(reader.CustomMetadata["scott.fingerprint"]));

        string index = files.NewFile("out.index");
        AssertExit(0, await Tool.RunAsync("embed", files.Good, "--model", files.Model, "--output", index, "--unit-length"));
        EmbeddingIndex loaded = await EmbeddingIndex.LoadAsync(index, cancellationToken: Cancellation);
        Assert.Equal(files.GoodImages, loaded.Keys);
        Assert.Equal(expected with { Output = "PatchMean, unit length" }, loaded.Fingerprint);
    }

    [Theory]
    [InlineData("out.npy")]
    [InlineData("out.csv")]
    [InlineData("out.index")]
    public async Task Embed_OfBrokenImagesOnly_LeavesTheOldFingerprint(string name)
    {
        string output = files.NewFile(name);
        await File.WriteAllTextAsync(output + ".fingerprint.json", "old", Cancellation);
        ChildResult result = await Tool.RunAsync("embed", Path.Combine(files.Mixed, "broken.jpg"), "--model", files.Model, "--output", output);
        AssertExit(1, result);
        Assert.Equal("old", await File.ReadAllTextAsync(output + ".fingerprint.json", Cancellation));
        string[] left = [.. Directory.EnumerateFiles(Path.GetDirectoryName(output)!, Path.GetFileName(output) + "*")];
        Assert.Equal([output + ".fingerprint.json"], left);
    }

    [Fact]
    public async Task Search_InAnIndex_FindsTheSameAsInTheImages()
    {
        string index = files.NewFile("photos.index");
        AssertExit(3, await Tool.RunAsync("embed", files.Good, files.Mixed, "--model", files.Model, "--output", index, "--unit-length"));
        ChildResult images = await Tool.RunAsync("search", files.GoodImages[2], files.Good, files.Mixed, "--model", files.Model, "--json");
        ChildResult indexed = await Tool.RunAsync("search", files.GoodImages[2], "--index", index, "--model", files.Model, "--json");
        AssertExit(3, images);
        AssertExit(0, indexed);
        (string, double)[] expected = Matches(images);
        (string, double)[] found = Matches(indexed);
        Assert.Equal(expected.Select(match => match.Item1), found.Select(match => match.Item1));
        Assert.Equal(expected.Select(match => match.Item2), found.Select(match => match.Item2), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal(files.GoodImages[2], found[0].Item1);
        Assert.Equal(4, JsonDocument.Parse(indexed.Output).RootElement.GetProperty("searched").GetInt32());
    }

    /// <summary>The tiles of a large image are found by an image of one of them.</summary>
    [Fact]
    public async Task Search_InAnIndexOfTiles_FindsTheTile()
    {
        RgbImage slide = TestImages.Drawn(300, 200, seed: 9);
        (string path, string index, string tile) = (files.NewFile("slide.tif"), files.NewFile("tiles.index"), files.NewFile("tile.png"));
        var recipe = new TiffRecipe(300, 200) { Channels = 3, Tile = 64, Compression = "LZW" };
        await File.WriteAllBytesAsync(path, TiffFiles.Write(recipe, slide.Pixels.ToArray()), Cancellation);
        await slide.Crop(180, 0, 100, 100).SavePngAsync(tile, Cancellation);
        ChildResult embedded = await Tool.RunAsync(
            "embed", path, "--model", files.Model, "--tile", "100", "--overlap", "10", "--output", index);
        AssertExit(0, embedded);
        Assert.Contains("Wrote 12 tiles of 1 image", embedded.Output, StringComparison.Ordinal);
        ChildResult found = await Tool.RunAsync("search", tile, "--index", index, "--model", files.Model, "--top", "1");
        AssertExit(0, found);
        Assert.Contains($"{path}#xywh=180,0,100,100", found.Output, StringComparison.Ordinal);
        ChildResult refused = await Tool.RunAsync("embed", path, "--model", files.Model, "--tile", "100", "--overlap", "100", "--output", index);
        AssertExit(2, refused);
        Assert.Contains("OverlapPixels is 100; expected 0 to 99", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_InAnIndexOfAPretrainedModel_NeedsNoModel()
    {
        string index = files.NewFile("photos.index");
        AssertExit(0, await Tool.RunAsync("embed", files.Good, "--model", "scott-mini-112", "--output", index));
        ChildResult result = await Tool.RunAsync("search", files.GoodImages[1], "--index", index, "--top", "1");
        AssertExit(0, result);
        Assert.Contains("Searched 3 images with scott-mini-112.", result.Output, StringComparison.Ordinal);
        ChildResult unlike = await Tool.RunAsync("search", files.GoodImages[1], "--index", index, "--model", "scott-mini-112-distilled");
        AssertExit(1, unlike);
        Assert.Contains("they differ in model", unlike.Error, StringComparison.Ordinal);
        ChildResult rounded = await Tool.RunAsync("search", files.GoodImages[1], "--index", index, "--precision", "int8");
        AssertExit(1, rounded);
        Assert.Contains("they differ in precision", rounded.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_InAMappedIndex_SaysThatMatchesAreApproximate()
    {
        VectorFingerprint mapped = await FingerprintAsync();
        mapped = mapped with { Output = mapped.Output + ", mapped from 0123456789ab" };
        string path = files.NewFile("mapped.index");
        var index = new EmbeddingIndex(mapped);
        index.Add("a.jpg", Enumerable.Repeat(1f, mapped.Width).ToArray(), mapped);
        await index.SaveAsync(path, cancellationToken: Cancellation);
        ChildResult result = await Tool.RunAsync("search", files.GoodImages[1], "--index", path, "--model", files.Model);
        AssertExit(0, result);
        Assert.Contains("a.jpg", result.Output, StringComparison.Ordinal);
        Assert.Contains("approximate", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_InAnEmptyIndexOfAnUnknownModel_SaysThatItIsEmpty()
    {
        string index = files.NewFile("empty.index");
        await new EmbeddingIndex().SaveAsync(index, cancellationToken: Cancellation);
        ChildResult result = await Tool.RunAsync("search", files.GoodImages[0], "--index", index, "--model", files.Model);
        AssertExit(1, result);
        Assert.Contains("The index is empty.", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_WithAnIndexThatCannotBe_SaysWhy()
    {
        string index = files.NewFile("photos.index");
        AssertExit(0, await Tool.RunAsync("embed", files.Good, "--model", files.Model, "--output", index));
        await AssertUsageAsync("name it with --model", "--index", index);
        await AssertUsageAsync("Name the images to search, or an index", files.Good, "--index", index);
        await AssertUsageAsync("Name the images to search, or an index");
        await AssertUsageAsync("does not exist", "--index", index + "no");
        ChildResult other = await Tool.RunAsync("search", files.GoodImages[0], "--index", files.Model);
        AssertExit(1, other);
        Assert.Contains("holds no vectors of this package", other.Error, StringComparison.Ordinal);
        AssertExit(2, await Tool.RunAsync("embed", files.Good, "--model", files.Model, "--output", index, "--tokens"));
    }

    private async Task AssertUsageAsync(string message, params string[] arguments)
    {
        ChildResult result = await Tool.RunAsync(["search", files.GoodImages[0], .. arguments]);
        AssertExit(2, result);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    private async Task<VectorFingerprint> FingerprintAsync()
    {
        using FeatureExtractor extractor = (await ScottModel.FromFileAsync(files.Model, cancellationToken: Cancellation)).ExtractFeatures().Build();
        return extractor.Fingerprint;
    }

    private static (string, double)[] Matches(ChildResult result) =>
    [
        .. JsonDocument.Parse(result.Output).RootElement.GetProperty("matches").EnumerateArray()
            .Select(match => (match.GetProperty("path").GetString()!, match.GetProperty("cosine").GetDouble())),
    ];
}
