using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Scott.Models.Imaging;
using Scott.Models.Tests.Processes;
using static Scott.Models.Tests.Samples.SampleProgram;

namespace Scott.Models.Tests.Samples;

/// <summary>The sample's answers to HTTP requests, those that it must refuse among them.</summary>
public sealed class ImageSearchTests(ImageSearchServer server) : IClassFixture<ImageSearchServer>
{
    private static readonly SampleProgram Sample = new("ImageSearch");

    [Fact]
    public async Task Search_ByAnIndexedPicture_FindsItFirst()
    {
        JsonElement answer = await SearchAsync(await File.ReadAllBytesAsync(server.Picture(3)));
        JsonElement[] matches = [.. answer.GetProperty("matches").EnumerateArray()];
        Assert.Equal(ImageSearchServer.Pictures, matches.Length);
        Assert.Equal("picture 3.png", matches[0].GetProperty("name").GetString());
        Assert.Equal("deep", matches[0].GetProperty("folder").GetString());
        Assert.Equal(1, matches[0].GetProperty("similarity").GetDouble(), 1e-4);
        Assert.True(matches[1].GetProperty("similarity").GetDouble() < 0.9999);
    }

    [Fact]
    public async Task Search_ByAPicture_DrawsWhatTheModelSees()
    {
        JsonElement answer = await SearchAsync(await File.ReadAllBytesAsync(server.Picture(0)));
        Assert.Equal(112, (await PngAsync(answer, "seen")).Width);
        RgbImage patches = await PngAsync(answer, "patches");
        Assert.Equal((336, 336), (patches.Width, patches.Height));
    }

    [Fact]
    public async Task Similar_ToAnIndexedPicture_LeavesItOut()
    {
        string id = (await server.GetAsync("/api/pictures"))[0].GetProperty("id").GetString()!;
        JsonElement answer = await server.GetAsync($"/api/pictures/{id}/similar");
        Assert.Equal(ImageSearchServer.Pictures - 1, answer.GetProperty("matches").GetArrayLength());
        Assert.DoesNotContain(id, answer.GetProperty("matches").EnumerateArray().Select(match => match.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task Status_WithABrokenPicture_ListsItAndCountsTheOthers()
    {
        JsonElement index = (await server.GetAsync("/api/status")).GetProperty("index");
        Assert.Equal(ImageSearchServer.Pictures + 1, index.GetProperty("total").GetInt32());
        Assert.Equal(ImageSearchServer.Pictures, index.GetProperty("indexed").GetInt32());
        JsonElement skipped = Assert.Single(index.GetProperty("skipped").EnumerateArray());
        Assert.Equal("broken.jpg", skipped.GetProperty("path").GetString());
        Assert.Contains("cannot be decoded", skipped.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Thumbnail_OfAnIndexedPicture_IsASmallJpegThatBrowsersKeep()
    {
        string id = (await server.GetAsync("/api/pictures"))[0].GetProperty("id").GetString()!;
        using HttpResponseMessage response = await GetAsync($"/api/pictures/{id}/thumbnail");
        Assert.Equal("image/jpeg", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("immutable", response.Headers.CacheControl?.ToString(), StringComparison.Ordinal);
        RgbImage image = await ImageDecoder.DecodeAsync(ImageSource.FromBytes(await response.Content.ReadAsByteArrayAsync()));
        Assert.Equal((96, 80), (image.Width, image.Height));
    }

    [Theory]
    [InlineData("unknown")]
    [InlineData("..%2F..%2Fsecret.png")]
    [InlineData("..%5Csecret.png")]
    [InlineData("deep%2Fpicture%200.png")]
    public async Task Picture_ThatIsNotAnId_IsNotFound(string id)
    {
        foreach (string what in new[] { "thumbnail", "similar" })
        {
            using HttpResponseMessage response = await GetAsync($"/api/pictures/{id}/{what}");
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
    }

    [Fact]
    public async Task Search_WithTooManyBytes_IsRefusedWithTheLimit()
    {
        JsonElement problem = await RefusedAsync(HttpStatusCode.RequestEntityTooLarge, new byte[ImageSearchServer.MaximumUploadBytes + 1]);
        Assert.Contains("at most 1 MiB", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_WithTooManyPixels_IsRefusedWithTheLimit()
    {
        string file = server.NewFile("large.png");
        await ExtractFeaturesFixture.WritePictureAsync(file, seed: 1, width: 400, height: 300);
        JsonElement problem = await RefusedAsync(HttpStatusCode.RequestEntityTooLarge, await File.ReadAllBytesAsync(file));
        Assert.Contains($"{ImageSearchServer.MaximumPixels}", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_WithWhatIsNoPicture_SaysWhatIsExpected()
    {
        JsonElement problem = await RefusedAsync(HttpStatusCode.UnsupportedMediaType, "no picture"u8.ToArray());
        Assert.Contains("expected JPEG, PNG, WebP, BMP or GIF", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_WithADamagedOrEmptyPicture_IsRefused()
    {
        byte[] whole = await File.ReadAllBytesAsync(server.Picture(0));
        JsonElement problem = await RefusedAsync(HttpStatusCode.BadRequest, whole[..(whole.Length / 2)]);
        Assert.Equal("The picture is damaged", problem.GetProperty("title").GetString());
        await RefusedAsync(HttpStatusCode.BadRequest, []);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "https://other.example")]
    [InlineData("Origin", "null")]
    public async Task Search_FromAnotherSite_IsForbidden(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/search") { Content = new ByteArrayContent(await File.ReadAllBytesAsync(server.Picture(0))) };
        request.Headers.Add(header, value);
        using HttpResponseMessage response = await server.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Theory]
    [InlineData("rebound.example", HttpStatusCode.BadRequest)]
    [InlineData("192.168.0.1", HttpStatusCode.BadRequest)]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("[::1]:5080", HttpStatusCode.OK)]
    public async Task Page_UnderAnotherHostName_IsRefusedUnlessItMeansThisMachine(string host, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Host = host;
        using HttpResponseMessage response = await server.Client.SendAsync(request);
        Assert.Equal(expected, response.StatusCode);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/main.js")]
    [InlineData("/api/status")]
    [InlineData("/api/pictures/unknown/thumbnail")]
    public async Task Response_OfEachKind_HasTheSecurityHeaders(string path)
    {
        using HttpResponseMessage response = await GetAsync(path);
        Assert.StartsWith("default-src 'self';", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("same-origin", response.Headers.GetValues("Cross-Origin-Resource-Policy").Single());
        Assert.Equal("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
    }

    [Fact]
    public async Task Server_WithConfiguredOpenAddresses_ListensOnLoopbackAlone()
    {
        Assert.Equal("127.0.0.1", server.Address.Host);
        foreach (IPAddress other in (await Dns.GetHostAddressesAsync(Dns.GetHostName(), AddressFamily.InterNetwork)).Where(address => !IPAddress.IsLoopback(address)))
        {
            using var client = new TcpClient();
            await Assert.ThrowsAsync<SocketException>(() => client.ConnectAsync(other, server.Address.Port));
        }
    }

    [Fact]
    public async Task Run_WithoutAFolder_DrawsPicturesAndEndsAtOnceOnCtrlC()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Only Unix lets one process send another Ctrl-C.");
        (Process process, Uri address) = await ImageSearchServer.StartAsync();
        using (process)
        {
            Assert.Contains("drop", await server.Client.GetStringAsync(address), StringComparison.Ordinal);
            long start = Stopwatch.GetTimestamp();
            await ChildProcess.RunAsync("kill", ["-INT", $"{process.Id}"]);
            await process.WaitForExitAsync();
            Assert.Equal(0, process.ExitCode);
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(10));
        }
    }

    [Theory]
    [InlineData(2, "--folder", "no-such-folder")]
    [InlineData(2, "--port", "70000")]
    [InlineData(2, "--max-upload-mib", "0")]
    [InlineData(3, "--model", "no-such-model")]
    public async Task Run_WithWhatCannotBe_IsOneLineThatNamesIt(int exitCode, string option, string value)
    {
        ChildResult result = await Sample.RunAsync(option, value);
        AssertExit(exitCode, result);
        Assert.Contains(value, result.Error, StringComparison.Ordinal);
        Assert.StartsWith("error: ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Output + result.Error, StringComparison.Ordinal);
    }

    private static async Task<RgbImage> PngAsync(JsonElement answer, string name)
    {
        const string Prefix = "data:image/png;base64,";
        string uri = answer.GetProperty(name).GetString()!;
        Assert.StartsWith(Prefix, uri, StringComparison.Ordinal);
        return await ImageDecoder.DecodeAsync(ImageSource.FromBytes(Convert.FromBase64String(uri[Prefix.Length..])));
    }

    private Task<HttpResponseMessage> GetAsync(string path) => server.Client.GetAsync(new Uri(path, UriKind.Relative));

    private async Task<HttpResponseMessage> PostAsync(byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/search") { Content = new ByteArrayContent(body) };

        // A refusal comes before the body is sent, rather than into the middle of it.
        request.Headers.ExpectContinue = true;
        return await server.Client.SendAsync(request);
    }

    private async Task<JsonElement> SearchAsync(byte[] picture)
    {
        using HttpResponseMessage response = await PostAsync(picture);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonElement.Parse(await response.Content.ReadAsStringAsync());
    }

    private async Task<JsonElement> RefusedAsync(HttpStatusCode expected, byte[] body)
    {
        using HttpResponseMessage response = await PostAsync(body);
        Assert.Equal(expected, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        return JsonElement.Parse(await response.Content.ReadAsStringAsync());
    }
}
