using Microsoft.AspNetCore.Http;
using Scott.Models.Downloads;
using Scott.Models.Tests.Zoo;

namespace Scott.Models.Tests.Downloads;

public sealed class RedirectTests
{
    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Download_RedirectToAnotherServer_IsFollowed(int status)
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        await using ModelServer other = await ModelServer.StartAsync();
        fixture.Server.Answer = context => RedirectAsync(context, other.Address + "elsewhere", status);
        await fixture.DownloadAsync();
        fixture.AssertWhole();
        Assert.Equal("/elsewhere", Assert.Single(other.Requests).Path);
    }

    [Fact]
    public async Task Download_RelativeRedirect_IsFollowed()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        fixture.Server.Answer = context =>
            context.Request.Path == "/moved" ? ModelServer.SendAsync(context, TinyModel.Bytes) : RedirectAsync(context, "/moved");
        await fixture.DownloadAsync();
        fixture.AssertWhole();
    }

    [Theory]
    [InlineData("http://example.invalid/file")]
    [InlineData("ftp://example.invalid/file")]
    [InlineData("file:///etc/hostname")]
    [InlineData("https://user:secret@example.invalid/file")]
    public async Task Download_RedirectToWhatIsNotHttps_IsRefused(string target)
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        fixture.Server.Answer = context => RedirectAsync(context, target);
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(() => fixture.DownloadAsync());
        Assert.Contains("it redirects to", error.Message, StringComparison.Ordinal);
        Assert.Contains("expected https", error.Message, StringComparison.Ordinal);
        fixture.AssertNotPublished();
    }

    [Theory]
    [InlineData("http://[bad", "it answered 302 with the malformed Location 'http://[bad'")]
    [InlineData("http://127.0.0.1:99999/x", "it answered 302 with the malformed Location 'http://127.0.0.1:99999/x'")]
    [InlineData("https://", "it answered 302 with the malformed Location 'https://'")]
    [InlineData(null, "it answered 302 without a Location header")]
    public async Task Download_MalformedLocation_IsCalledSo(string? location, string reason)
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        fixture.Server.Answer = context => location is null ? Task.FromResult(context.Response.StatusCode = 302) : RedirectAsync(context, location);
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(() => fixture.DownloadAsync());
        Assert.Contains(reason, Assert.Single(error.Failures).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://a.example/x", "https://b.example/y", true)]
    [InlineData("https://a.example/x", "http://a.example/x", false)]
    [InlineData("https://a.example/x", "http://127.0.0.1/x", false)]
    [InlineData("http://127.0.0.1/x", "http://localhost/x", true)]
    [InlineData("http://127.0.0.1/x", "http://127.0.0.1.example/x", false)]
    public void Redirect_Rule_NeverLeadsToLess(string from, string to, bool isAllowed) =>
        Assert.Equal(isAllowed, SafeAddress.IsAllowedRedirect(new Uri(from), new Uri(to)));

    [Fact]
    public async Task Download_RedirectInACircle_Ends()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        fixture.Server.Answer = context => RedirectAsync(context, "/again");
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(() => fixture.DownloadAsync());
        Assert.Contains("it redirects more than 8 times", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Authorization")]
    [InlineData("X-Api-Key")]
    public async Task Download_RedirectToAnotherServerWithSecretHeader_IsRefused(string header)
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        await using ModelServer other = await ModelServer.StartAsync();
        fixture.Server.Answer = context => RedirectAsync(context, other.Address);
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var client = new HttpClient(handler);
        client.DefaultRequestHeaders.Add(header, "Bearer secret");
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(
            () => fixture.DownloadAsync(fixture.Options with { CreateHttpClient = () => client }));
        Assert.Contains($"default header {header} must not go", error.Message, StringComparison.Ordinal);
        Assert.Empty(other.Requests);
    }

    private static Task RedirectAsync(HttpContext context, string target, int status = StatusCodes.Status302Found)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.Location = target;
        return Task.CompletedTask;
    }
}
