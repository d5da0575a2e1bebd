using System.Net;
using System.Text.Json;
using Scott.Models.Imaging;

namespace Scott.Models.Tests.Samples;

/// <summary>The sample learns what is normal, and shows where an image deviates.</summary>
public sealed class ImageSearchAnomalyTests(ImageSearchParts parts) : IClassFixture<ImageSearchParts>
{
    private const string Learn = "/api/anomalies/learn";
    private const string Score = "/api/anomalies/score";

    [Fact]
    public async Task Folders_WithEnoughImages_AreListedWithTheirCounts()
    {
        JsonElement answer = await parts.App.GetAsync("/api/anomalies/folders");
        Assert.Equal(
            [("", ImageSearchParts.Images), ("parts", ImageSearchParts.Parts)],
            answer.GetProperty("folders").EnumerateArray()
                .Select(folder => (folder.GetProperty("path").GetString()!, folder.GetProperty("images").GetInt32())));
        Assert.True(answer.GetProperty("maximumImages").GetInt32() > 100);
    }

    [Fact]
    public async Task Score_OfAPartWithASpot_IsAboveTheThresholdAndItsMapShowsWhere()
    {
        JsonElement learned = await LearnAsync("parts");
        Assert.Equal("parts", learned.GetProperty("folder").GetString());
        Assert.Equal(ImageSearchParts.Parts, learned.GetProperty("images").GetInt32());
        Assert.Equal(1.0 / (ImageSearchParts.Parts + 1), learned.GetProperty("falseAlarmRate").GetDouble(), 1e-6);

        JsonElement bad = await parts.App.AskAsync(HttpMethod.Post, Score, await File.ReadAllBytesAsync(parts.BadPart));
        Assert.True(bad.GetProperty("isAnomalous").GetBoolean());
        Assert.True(bad.GetProperty("score").GetDouble() > bad.GetProperty("threshold").GetDouble());
        Assert.Equal(learned.GetProperty("threshold").GetDouble(), bad.GetProperty("threshold").GetDouble());
        RgbImage overlay = await JpegAsync(bad, "overlay");
        Assert.Equal((128, 128), (overlay.Width, overlay.Height));

        // The map adds light at the spot, and takes some elsewhere.
        RgbImage image = await JpegAsync(bad, "image");
        Assert.True(Red(overlay, x: 88, y: 40) > Red(image, x: 88, y: 40) + 20);
        Assert.True(Red(overlay, x: 20, y: 108) < Red(image, x: 20, y: 108) - 20);

        JsonElement good = await parts.App.AskAsync(HttpMethod.Post, Score, await File.ReadAllBytesAsync(parts.Part(2)));
        Assert.False(good.GetProperty("isAnomalous").GetBoolean());
        Assert.Equal((128, 128), ((await JpegAsync(good, "image")).Width, (await JpegAsync(good, "image")).Height));
    }

    [Fact]
    public async Task Score_OfWhatCannotBe_IsRefusedAsASearchIs()
    {
        await LearnAsync("parts");
        await parts.App.AssertRefusedAsync(
            HttpStatusCode.UnsupportedMediaType, "expected JPEG, PNG, WebP, BMP, GIF or TIFF", HttpMethod.Post, Score, "no image"u8.ToArray());
        await parts.App.AssertRefusedAsync(
            HttpStatusCode.RequestEntityTooLarge, "at most 1 MiB", HttpMethod.Post, Score, new byte[ImageSearchServer.MaximumUploadBytes + 1]);
        string large = parts.NewFile("large.png");
        await TestFiles.WriteImageAsync(large, seed: 1, width: 400, height: 300);
        await parts.App.AssertRefusedAsync(
            HttpStatusCode.RequestEntityTooLarge, "too many pixels", HttpMethod.Post, Score, await File.ReadAllBytesAsync(large));
    }

    [Fact]
    public async Task Learn_WhileLearning_IsRefusedAndCanBeCanceled()
    {
        await parts.App.AskAsync(HttpMethod.Post, Learn);
        await parts.App.AssertRefusedAsync(HttpStatusCode.Conflict, "wait until it ends, or cancel it", HttpMethod.Post, Learn);
        await parts.App.AskAsync(HttpMethod.Delete, Learn);
        JsonElement status = await parts.App.WaitAsync("/api/anomalies", HasEnded);
        Assert.Equal(JsonValueKind.Null, status.GetProperty("fault").ValueKind);

        // What another test learned stays.
        JsonElement learned = status.GetProperty("learned");
        Assert.True(learned.ValueKind == JsonValueKind.Null || learned.GetProperty("folder").GetString() == "parts");
        await parts.App.AskAsync(HttpMethod.Delete, Learn);
    }

    [Theory]
    [InlineData("unknown")]
    [InlineData("..")]
    [InlineData("parts%2F..%2F..")]
    [InlineData("%2F")]
    [InlineData("par")]
    public async Task Learn_FromAFolderThatIsNotIndexed_IsRefused(string folder) => await parts.App.AssertRefusedAsync(
        HttpStatusCode.NotFound, "Choose another folder", HttpMethod.Post, $"{Learn}?folder={folder}");

    [Fact]
    public async Task App_WithoutWhatIsNormal_SaysWhatToDo()
    {
        using var folder = new TemporaryFolder();
        await TestFiles.WriteImageAsync(folder.File("one.png"), seed: 1);
        await using ImageSearchApp app = await ImageSearchApp.StartAsync(folder.Path);
        Assert.Empty((await app.GetAsync("/api/anomalies/folders")).GetProperty("folders").EnumerateArray());
        await app.AssertRefusedAsync(HttpStatusCode.NotFound, "expected at least 2", HttpMethod.Post, Learn);
        await app.AssertRefusedAsync(
            HttpStatusCode.Conflict, "learn first what is normal", HttpMethod.Post, Score, await File.ReadAllBytesAsync(parts.BadPart));
    }

    [Fact]
    public async Task Learn_FromFilesThatAreGone_SaysWhy()
    {
        using var folder = new TemporaryFolder();
        await TestFiles.WriteImageAsync(folder.File("one.png"), seed: 1);
        await TestFiles.WriteImageAsync(folder.File("two.png"), seed: 2);
        await using ImageSearchApp app = await ImageSearchApp.StartAsync(folder.Path);
        File.Delete(folder.File("one.png"));
        File.Delete(folder.File("two.png"));
        await app.AskAsync(HttpMethod.Post, Learn);
        JsonElement status = await app.WaitAsync("/api/anomalies", HasEnded);
        Assert.Contains("cannot learn", status.GetProperty("fault").GetString(), StringComparison.Ordinal);
    }

    private static bool HasEnded(JsonElement status) => status.GetProperty("learning").ValueKind == JsonValueKind.Null;

    private static int Red(RgbImage image, int x, int y) => image.Pixels.Span[3 * ((y * image.Width) + x)];

    private static async Task<RgbImage> JpegAsync(JsonElement answer, string name)
    {
        const string Prefix = "data:image/jpeg;base64,";
        string uri = answer.GetProperty(name).GetString()!;
        Assert.StartsWith(Prefix, uri, StringComparison.Ordinal);
        return await ImageDecoder.DecodeAsync(ImageSource.FromBytes(Convert.FromBase64String(uri[Prefix.Length..])));
    }

    private async Task<JsonElement> LearnAsync(string folder)
    {
        await parts.App.AskAsync(HttpMethod.Post, $"{Learn}?folder={folder}");
        JsonElement status = await parts.App.WaitAsync("/api/anomalies", HasEnded);
        Assert.Equal(JsonValueKind.Null, status.GetProperty("fault").ValueKind);
        return status.GetProperty("learned");
    }
}
