using Scott.Models.Downloads;
using Scott.Models.Weights;
using Scott.Models.Zoo;

namespace Scott.Models.Tests.Zoo;

public sealed class ZooOptionsTests
{
    [Fact]
    public void Options_Defaults_AreAsDocumented()
    {
        var options = new ZooOptions();
        Assert.Empty(options.Manifests);
        Assert.Equal((null, null, false, WeightStorage.Managed), (options.Revision, options.CacheFolder, options.Offline, options.Storage));
        Assert.Equal((TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30)), (options.ConnectionTimeout, options.StallTimeout));
        Assert.Equal((5, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2)), (options.Retries, options.RetryDelay, options.MaximumRetryDelay));
        Assert.Equal((1024, TimeSpan.FromSeconds(30)), (options.MinimumBytesPerSecond, options.MinimumRateWindow));
        Assert.Null(options.CreateHttpClient);
        Assert.Same(TimeProvider.System, options.TimeProvider);
        options.Validate();
    }

    [Fact]
    public void Validate_IllegalSettings_ListsEveryFault()
    {
        var options = new ZooOptions
        {
            Manifests = ["http://x.example/m.json", "", "ftp://x.example/m.json"],
            Revision = "../x",
            CacheFolder = "",
            Storage = (WeightStorage)7,
            ConnectionTimeout = TimeSpan.Zero,
            StallTimeout = TimeSpan.FromDays(1),
            MinimumBytesPerSecond = -1,
            MinimumRateWindow = TimeSpan.Zero,
            Retries = -1,
            RetryDelay = TimeSpan.FromHours(3),
            MaximumRetryDelay = TimeSpan.FromHours(2),
        };
        ScottConfigurationException error = Assert.Throws<ScottConfigurationException>(options.Validate);
        Assert.Equal(
            [
                "Manifests[0] is 'http://x.example/m.json'; expected a file or an https address, or http to this machine.",
                "Manifests[1] is ''; expected a file or an https address, or http to this machine.",
                "Manifests[2] is 'ftp://x.example/m.json'; expected a file or an https address, or http to this machine.",
                "Revision is '../x'; expected 1 to 100 of a-z, 0-9, '.', '_' and '-', a letter or digit first and last, "
                    + "and no name that Windows reserves.",
                "CacheFolder is empty; expected a folder, or null for the default.",
                "Storage is 7; expected Managed or MemoryMapped.",
                "ConnectionTimeout is 00:00:00; expected 00:00:00.0100000 to 01:00:00.",
                "StallTimeout is 1.00:00:00; expected 00:00:00.0100000 to 01:00:00.",
                "MinimumBytesPerSecond is -1; expected 0 to 1073741824.",
                "MinimumRateWindow is 00:00:00; expected 00:00:00.0100000 to 01:00:00.",
                "Retries is -1; expected 0 to 100.",
                "RetryDelay is 03:00:00; expected more than zero and at most MaximumRetryDelay, 02:00:00.",
                "MaximumRetryDelay is 02:00:00; expected at most 01:00:00.",
            ],
            error.Faults);
    }

    /// <summary>Faults of the base are named after the options that the caller gave.</summary>
    [Fact]
    public void Validate_DownloadOptions_NameThemselves()
    {
        Assert.Equal("DownloadOptions", Assert.Throws<ScottConfigurationException>(new DownloadOptions { Retries = 101 }.Validate).Subject);
        Assert.Equal("ZooOptions", Assert.Throws<ScottConfigurationException>(new ZooOptions { Retries = 101 }.Validate).Subject);
        Assert.Equal("the network is forbidden (DownloadOptions.Offline or SCOTT_OFFLINE)", new DownloadOptions().NetworkForbidden);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("0", false)]
    [InlineData("False", false)]
    [InlineData("no", false)]
    [InlineData("1", true)]
    [InlineData("true", true)]
    [InlineData("yes", true)]
    public void OfflineVariable_Values_ForbidUnlessTheySayNo(string? value, bool forbids) =>
        Assert.Equal(forbids, DownloadOptions.ForbidsNetwork(value));

    [Fact]
    public void Validate_NoListOfManifests_IsAFault() => Assert.Equal(
        "Manifests is null; expected a list, which may be empty.",
        Assert.Single(Assert.Throws<ScottConfigurationException>(new ZooOptions { Manifests = null! }.Validate).Faults));

    /// <summary>The shared client was used instead, past the proxy that the app's client has.</summary>
    [Fact]
    public async Task Download_AppReturnsNoClient_IsAnError()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => fixture.DownloadAsync(fixture.Options with { CreateHttpClient = () => null! }));
        Assert.Equal("DownloadOptions.CreateHttpClient returned null; expected a client.", error.Message);
    }

    [Theory]
    [InlineData("manifests/m.json")]
    [InlineData("https://x.example/m.json")]
    [InlineData("http://127.0.0.1:5/m.json")]
    [InlineData("http://localhost/m.json")]
    public void Validate_ManifestPlaces_AreLegal(string place) => new ZooOptions { Manifests = [place] }.Validate();
}
