using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Scott.Models.Datasets;
using Scott.Models.Tests.Zoo;
using Scott.Models.Zoo;

namespace Scott.Models.Tests.Downloads;

/// <summary>What is secret in an address stays out of every log line, error, activity and file.</summary>
public sealed class SignedAddressTests
{
    private const string Secret = "s3cret";

    [Theory]
    [InlineData("http://example.invalid/file?sig=s3cret")]
    [InlineData("http://user:s3cret@example.invalid/file")]
    [InlineData("https://user:s3cret@example.invalid/file?sig=s3cret")]
    [InlineData("ftp://example.invalid/file?sig=s3cret#s3cret")]
    [InlineData("https://user:s3cret@[bad/file?sig=s3cret")]
    [InlineData("//user:s3cret@example.invalid:99999/file?sig=s3cret")]
    public async Task Download_RefusedRedirect_ShowsNoSecret(string target)
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        var log = new LogLines();
        fixture.Server.Answer = context => RedirectAsync(context, target);
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(() => fixture.DownloadAsync(fixture.Options with { Logger = log }));
        Assert.DoesNotContain(Secret, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(log.Lines, line => line.Contains(Secret, StringComparison.Ordinal));
        Assert.NotEmpty(log.Lines);
    }

    [Fact]
    public async Task Download_RedirectWithDefaultHeader_ShowsNoSecret()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        fixture.Server.Answer = context => RedirectAsync(context, "http://localhost:1/file?sig=" + Secret);
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var client = new HttpClient(handler);
        client.DefaultRequestHeaders.Add("X-Api-Key", Secret);
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(
            () => fixture.DownloadAsync(fixture.Options with { CreateHttpClient = () => client }));
        Assert.Contains("'http://localhost:1/file?…'", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Download_SignedArchive_ShowsNoSecretAndKeepsNone()
    {
        await using DatasetFixture fixture = await DatasetFixture.StartAsync();
        DatasetArchive archive = fixture.Archives[0] with
        {
            Address = new Uri(
            $"{fixture.Server.Address}{DatasetFixture.PackedName}?sig={Secret}#{Secret}")
        };
        var log = new LogLines();
        var activities = new ConcurrentQueue<Activity>(); // of other tests too, which run meanwhile
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ScottTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activities.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        fixture.Server.Answer = context => ModelServer.SendAsync(context, DatasetFixture.Packed, stopAfter: 1000);
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(
            () => fixture.DownloadAsync([archive], DatasetFixture.Options with { Logger = log, Retries = 0 }));
        ModelUnavailableException offline = await Assert.ThrowsAsync<ModelUnavailableException>(
            () => fixture.DownloadAsync([archive], DatasetFixture.Options with { Offline = true }));
        listener.Dispose();
        string[] shown =
        [
            error.ToString(), offline.ToString(), archive.ToString(), .. error.Failures.Select(failure => failure.ToString()), .. log.Lines,
            .. activities.SelectMany(
                activity => activity.TagObjects.Select(tag => $"{tag.Value}").Append(activity.StatusDescription ?? string.Empty)),
            .. fixture.Files().Select(file => File.ReadAllText(Path.Combine(fixture.Folder, file))),
        ];
        Assert.All(shown, text => Assert.DoesNotContain(Secret, text, StringComparison.Ordinal));
        Assert.Contains($"{fixture.Server.Address}{DatasetFixture.PackedName}?…", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A new signature is no other file: the condition of the first is kept.</summary>
    [Fact]
    public async Task Download_ArchiveSignedAnew_ResumesWithTheCondition()
    {
        await using DatasetFixture fixture = await DatasetFixture.StartAsync();
        DatasetArchive archive = fixture.Archives[0] with { Address = new Uri(fixture.Server.Address + DatasetFixture.PackedName + "?sig=1") };
        fixture.Server.Answer = async context =>
        {
            await ModelServer.SendAsync(context, DatasetFixture.Packed, stopAfter: 1000);
            await fixture.PartReachesAsync(1000);
            context.Abort();
        };
        await Assert.ThrowsAsync<DownloadException>(() => fixture.DownloadAsync([archive], DatasetFixture.Options with { Retries = 0 }));
        fixture.Server.Answer = fixture.SendAsync;
        await fixture.DownloadAsync([archive with { Address = new Uri(fixture.Server.Address + DatasetFixture.PackedName + "?sig=2") }]);
        Assert.Equal(("bytes=1000-", ModelServer.Tag), (fixture.Server.Requests[1].Range, fixture.Server.Requests[1].IfRange));
    }

    [Fact]
    public async Task Manifest_SignedAddress_ShowsNoSecret()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        fixture.Server.Answer = context => Task.FromResult(context.Response.StatusCode = 404);
        ZooOptions options = fixture.Options with { Manifests = [$"{fixture.Server.Address}m.json?sig={Secret}"] };
        ManifestException error = await Assert.ThrowsAsync<ManifestException>(() => ScottModels.ListAsync(options));
        ManifestException offline = await Assert.ThrowsAsync<ManifestException>(() => ScottModels.ListAsync(options with { Offline = true }));
        Assert.Equal($"{fixture.Server.Address}m.json?…", error.ManifestSource);
        ScottConfigurationException illegal = Assert.Throws<ScottConfigurationException>(
            new ZooOptions { Manifests = [$"https://user:{Secret}@x.example/m.json?sig={Secret}"] }.Validate);
        ManifestException mirror = Assert.Throws<ManifestException>(() => WeightsManifest.Parse(
            ManifestJson.Of(
                ManifestJson.Model(ManifestJson.Mirror($"https://user:{Secret}@x.example/?sig={Secret}")),
                ManifestJson.Model(ManifestJson.Relative($"https://user:{Secret}@x.example/?sig={Secret}"))).ToJsonString(),
            "test"));
        Assert.All(
            new[] { error.ToString(), offline.ToString(), illegal.Message, mirror.Message },
            text => Assert.DoesNotContain(Secret, text, StringComparison.Ordinal));
    }

    private static Task RedirectAsync(HttpContext context, string target)
    {
        context.Response.StatusCode = StatusCodes.Status302Found;
        context.Response.Headers.Location = target;
        return Task.CompletedTask;
    }
}
