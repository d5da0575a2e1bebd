using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json;

namespace Scott.Models.Tests.Samples;

/// <summary>What the sample must refuse: too much, no image, what is not indexed, and whoever is not its own page on this machine.</summary>
public sealed class ImageSearchRefusalTests(ImageSearchServer server) : IClassFixture<ImageSearchServer>
{
    [Theory]
    [InlineData("unknown")]
    [InlineData("..%2F..%2Fsecret.png")]
    [InlineData("..%5Csecret.png")]
    [InlineData("deep%2Fimage%200.png")]
    public async Task Image_ThatIsNotAnId_IsNotFound(string id)
    {
        foreach (string what in new[] { "thumbnail", "similar" })
        {
            using HttpResponseMessage response = await server.SendAsync($"/api/images/{id}/{what}");
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
        await TestFiles.WriteImageAsync(file, seed: 1, width: 400, height: 300);
        JsonElement problem = await RefusedAsync(HttpStatusCode.RequestEntityTooLarge, await File.ReadAllBytesAsync(file));
        Assert.Contains($"{ImageSearchServer.MaximumPixels}", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_WithWhatIsNoImage_SaysWhatIsExpected()
    {
        JsonElement problem = await RefusedAsync(HttpStatusCode.UnsupportedMediaType, "no image"u8.ToArray());
        Assert.Contains("expected JPEG, PNG, WebP, BMP, GIF or TIFF", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_WithADamagedOrEmptyImage_IsRefused()
    {
        byte[] whole = await File.ReadAllBytesAsync(server.Image(0));
        JsonElement problem = await RefusedAsync(HttpStatusCode.BadRequest, whole[..(whole.Length / 2)]);
        Assert.Equal("The image is damaged", problem.GetProperty("title").GetString());
        await RefusedAsync(HttpStatusCode.BadRequest, []);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "https://other.example")]
    [InlineData("Origin", "null")]
    public async Task Search_FromAnotherSite_IsForbidden(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/search")
        {
            Content = new ByteArrayContent(await File.ReadAllBytesAsync(server.Image(0))),
        };
        request.Headers.Add(header, value);
        using HttpResponseMessage response = await server.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Theory]
    [InlineData("GET", "/api/duplicates")]
    [InlineData("GET", "/api/classes")]
    [InlineData("POST", "/api/classes?name=theirs")]
    [InlineData("PATCH", "/api/classes?name=mine&newName=theirs")]
    [InlineData("DELETE", "/api/classes?name=mine")]
    [InlineData("POST", "/api/anomalies/learn")]
    [InlineData("POST", "/api/anomalies/score")]
    public async Task View_FromAnotherSite_IsForbidden(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
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
    [InlineData("/views.js")]
    [InlineData("/api/duplicates")]
    [InlineData("/api/anomalies")]
    [InlineData("/api/classes")]
    [InlineData("/api/images/unknown/thumbnail")]
    public async Task Response_OfEachKind_HasTheSecurityHeaders(string path)
    {
        using HttpResponseMessage response = await server.SendAsync(path);
        Assert.StartsWith("default-src 'self';", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("same-origin", response.Headers.GetValues("Cross-Origin-Resource-Policy").Single());
        Assert.Equal("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
    }

    [Fact]
    public async Task Server_WithConfiguredOpenAddresses_ListensOnLoopbackAlone()
    {
        Assert.Equal("127.0.0.1", server.Address.Host);
        IPAddress[] others = [.. NetworkInterface.GetAllNetworkInterfaces()
            .Where(network => network.OperationalStatus == OperationalStatus.Up)
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .Where(address => !IPAddress.IsLoopback(address))];
        Assert.SkipWhen(others.Length == 0, "This machine has no address but its own, on which others could be refused.");
        foreach (IPAddress other in others)
        {
            using var client = new TcpClient(other.AddressFamily);
            await Assert.ThrowsAsync<SocketException>(() => client.ConnectAsync(other, server.Address.Port));
        }
    }

    private async Task<JsonElement> RefusedAsync(HttpStatusCode expected, byte[] body)
    {
        using HttpResponseMessage response = await server.PostAsync(body);
        Assert.Equal(expected, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        return JsonElement.Parse(await response.Content.ReadAsStringAsync());
    }
}
