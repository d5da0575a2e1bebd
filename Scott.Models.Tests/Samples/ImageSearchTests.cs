using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Scott.Models.Imaging;
using Scott.Models.Tests.Imaging;
using Scott.Models.Tests.Processes;
using static Scott.Models.Tests.Processes.BuiltProgram;

namespace Scott.Models.Tests.Samples;

/// <summary>The sample as a user starts it, and its answers to HTTP requests.</summary>
public sealed class ImageSearchTests(ImageSearchServer server) : IClassFixture<ImageSearchServer>
{
    private static readonly BuiltProgram Sample = BuiltProgram.Sample("ImageSearch");

    [Fact]
    public async Task Search_ByAnIndexedImage_FindsItFirst()
    {
        JsonElement answer = await SearchAsync(await File.ReadAllBytesAsync(server.Image(3)));
        JsonElement[] matches = [.. answer.GetProperty("matches").EnumerateArray()];
        Assert.Equal(ImageSearchServer.Images, matches.Length);
        Assert.Equal("image 3.png", matches[0].GetProperty("name").GetString());
        Assert.Equal("deep", matches[0].GetProperty("folder").GetString());
        Assert.Equal(1, matches[0].GetProperty("similarity").GetDouble(), 1e-4);
        Assert.True(matches[1].GetProperty("similarity").GetDouble() < 0.9999);
    }

    [Fact]
    public async Task Search_ByAImage_DrawsWhatTheModelSees()
    {
        JsonElement answer = await SearchAsync(await File.ReadAllBytesAsync(server.Image(0)));
        Assert.Equal(112, (await PngAsync(answer, "seen")).Width);
        RgbImage patches = await PngAsync(answer, "patches");
        Assert.Equal((336, 336), (patches.Width, patches.Height));
    }

    [Fact]
    public async Task Similar_ToAnIndexedImage_LeavesItOut()
    {
        string id = (await server.GetAsync("/api/images"))[0].GetProperty("id").GetString()!;
        JsonElement answer = await server.GetAsync($"/api/images/{id}/similar");
        Assert.Equal(ImageSearchServer.Images - 1, answer.GetProperty("matches").GetArrayLength());
        Assert.DoesNotContain(id, answer.GetProperty("matches").EnumerateArray().Select(match => match.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task Status_WithABrokenImage_ListsItAndCountsTheOthers()
    {
        JsonElement index = (await server.GetAsync("/api/status")).GetProperty("index");
        Assert.Equal(ImageSearchServer.Images + 1, index.GetProperty("total").GetInt32());
        Assert.Equal(ImageSearchServer.Images, index.GetProperty("indexed").GetInt32());
        JsonElement skipped = Assert.Single(index.GetProperty("skipped").EnumerateArray());
        Assert.Equal("broken.jpg", skipped.GetProperty("path").GetString());
        Assert.Contains("cannot be decoded", skipped.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Thumbnail_OfAnIndexedImage_IsASmallJpegThatBrowsersKeep()
    {
        string id = (await server.GetAsync("/api/images"))[0].GetProperty("id").GetString()!;
        using HttpResponseMessage response = await server.SendAsync($"/api/images/{id}/thumbnail");
        Assert.Equal("image/jpeg", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("immutable", response.Headers.CacheControl?.ToString(), StringComparison.Ordinal);
        RgbImage image = await ImageDecoder.DecodeAsync(ImageSource.FromBytes(await response.Content.ReadAsByteArrayAsync()));
        Assert.Equal((96, 80), (image.Width, image.Height));
    }

    [Fact]
    public async Task Run_WithoutAFolder_DrawsImagesAndEndsAtOnceOnCtrlC()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Only Unix lets one process send another Ctrl-C.");
        (Process process, Uri address) = await ImageSearchServer.StartAsync();
        using (process)
        {
            try
            {
                Assert.Contains("drop", await server.Client.GetStringAsync(address), StringComparison.Ordinal);
                await ChildProcess.RunAsync("kill", ["-INT", $"{process.Id}"]);
                using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
                await process.WaitForExitAsync(limit.Token);
                Assert.Equal(0, process.ExitCode);
            }
            finally
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    [Fact]
    public async Task Run_OnAFolderWithATiff_IndexesItToo()
    {
        string folder = server.NewFile("tiffs");
        Directory.CreateDirectory(folder);
        var recipe = new TiffRecipe(40, 30) { Channels = 3 };
        await File.WriteAllBytesAsync(Path.Combine(folder, "a.tif"), TiffFiles.Write(recipe, TiffDecoderTests.Bytes(40 * 30 * 3, 1)));
        await TestFiles.WriteImageAsync(Path.Combine(folder, "b.png"), seed: 1);
        (Process process, Uri address) = await ImageSearchServer.StartAsync("--folder", folder);
        using (process)
        {
            try
            {
                JsonElement index;
                do
                {
                    await Task.Delay(50, TestContext.Current.CancellationToken);
                    index = JsonElement.Parse(await server.Client.GetStringAsync(new Uri(address, "/api/status"))).GetProperty("index");
                }
                while (!index.GetProperty("isComplete").GetBoolean());

                Assert.Equal((2, 0), (index.GetProperty("indexed").GetInt32(), index.GetProperty("skipped").GetArrayLength()));
            }
            finally
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    [Theory]
    [InlineData(2, "--folder", "no-such-folder")]
    [InlineData(2, "--port", "70000")]
    [InlineData(2, "--max-upload-mib", "0")]
    [InlineData(1, "--model", "no-such-model")]
    public async Task Run_WithWhatCannotBe_IsOneLineThatNamesIt(int exitCode, string option, string value)
    {
        ChildResult result = await Sample.RunAsync(option, value);
        AssertExit(exitCode, result);
        Assert.Contains(value, result.Error, StringComparison.Ordinal);
        Assert.StartsWith("error: ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Output + result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OnATakenPort_IsOneLineThatNamesIt()
    {
        ChildResult result = await Sample.RunAsync("--port", $"{server.Address.Port}");
        AssertExit(1, result);
        Assert.Contains($"127.0.0.1:{server.Address.Port}", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Output + result.Error, StringComparison.Ordinal);
    }

    private static async Task<RgbImage> PngAsync(JsonElement answer, string name)
    {
        const string Prefix = "data:image/png;base64,";
        string uri = answer.GetProperty(name).GetString()!;
        Assert.StartsWith(Prefix, uri, StringComparison.Ordinal);
        return await ImageDecoder.DecodeAsync(ImageSource.FromBytes(Convert.FromBase64String(uri[Prefix.Length..])));
    }

    private async Task<JsonElement> SearchAsync(byte[] image)
    {
        using HttpResponseMessage response = await server.PostAsync(image);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonElement.Parse(await response.Content.ReadAsStringAsync());
    }
}
