using Scott.Models.Tests.Processes;
using Scott.Models.Zoo;

namespace Scott.Models.Tests.Zoo;

/// <summary>With the network forbidden no socket is opened, and what is missing is said.</summary>
public sealed class OfflineTests
{
    [Fact]
    public async Task FromPretrained_OfflineAndMissing_SaysWhatIsMissing()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        ZooOptions options = Offline(fixture);
        ModelUnavailableException error = await Assert.ThrowsAsync<ModelUnavailableException>(
            () => ScottModel.FromPretrainedAsync(TinyModel.Id, options));
        Assert.Equal((ModelUnavailableFault.Offline, TinyModel.Id), (error.Fault, error.ModelId));
        Assert.Contains(
            $"'{TinyModel.FileName}' of model 'tiny', revision 'r1', {TinyModel.Bytes.Length} bytes, is not at '{fixture.Target}'",
            error.Message,
            StringComparison.Ordinal);
        Assert.Contains("SCOTT_OFFLINE", error.Message, StringComparison.Ordinal);
        Assert.Contains("ImportAsync", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, fixture.Server.Connections);
    }

    [Fact]
    public async Task FromPretrained_OfflineAndCached_Loads()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        await fixture.DownloadAsync();
        int connections = fixture.Server.Connections;
        await ScottModel.FromPretrainedAsync(TinyModel.Id, Offline(fixture));
        Assert.Equal(connections, fixture.Server.Connections);
    }

    [Fact]
    public async Task FromPretrained_OfflineAndDamaged_SaysSo()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        await fixture.DownloadAsync();
        await File.WriteAllBytesAsync(fixture.Target, TinyModel.Spoiled());
        ModelUnavailableException error = await Assert.ThrowsAsync<ModelUnavailableException>(
            () => ScottModel.FromPretrainedAsync(TinyModel.Id, Offline(fixture)));
        Assert.Contains($"is damaged at '{fixture.Target}' (WrongHash)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_OfflineWithManifestOnAServer_TakesTheCopyOfTheLastTime()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync(ManifestJson.Relative("weights/"));
        fixture.Server.Answer = context => ModelServer.SendAsync(context, File.ReadAllBytes(fixture.Manifest));
        ZooOptions online = fixture.Options with { Manifests = [fixture.Server.Address + "manifest.json"] };
        ZooOptions offline = Offline(fixture) with { Manifests = online.Manifests };
        ManifestException error = await Assert.ThrowsAsync<ManifestException>(() => ScottModels.ListAsync(offline));
        Assert.Contains("holds no copy of it", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, fixture.Server.Connections);
        Assert.Contains(await ScottModels.ListAsync(online), model => model.Id == TinyModel.Id);
        int connections = fixture.Server.Connections;
        Assert.Contains(await ScottModels.ListAsync(offline), model => model.Id == TinyModel.Id);
        Assert.Equal(connections, fixture.Server.Connections);
    }

    [Fact]
    public async Task FromPretrained_EnvironmentForbidsTheNetworkAndMovesTheCache_IsObeyed()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        string moved = fixture.File("moved");
        string[] arguments = FetchingChild.Arguments(fixture);
        arguments[^2] = string.Empty;
        ChildResult offline = await ChildProcess.RunAsync("dotnet", arguments, (ZooOptions.OfflineVariable, "1"), (ZooOptions.CacheVariable, moved));
        Assert.NotEqual(0, offline.ExitCode);
        Assert.Contains(Path.Combine(moved, TinyModel.Id, TinyModel.Revision, TinyModel.FileName), offline.Error, StringComparison.Ordinal);
        Assert.Equal(0, fixture.Server.Connections);
        ChildResult online = await ChildProcess.RunAsync("dotnet", arguments, (ZooOptions.OfflineVariable, "0"), (ZooOptions.CacheVariable, moved));
        Assert.True(online.ExitCode == 0, online.ToString());
        Assert.True(File.Exists(Path.Combine(moved, TinyModel.Id, TinyModel.Revision, TinyModel.FileName)));
    }

    private static ZooOptions Offline(ZooFixture fixture) => fixture.Options with
    {
        Offline = true,
        CreateHttpClient = () => throw new InvalidOperationException("The network was used."),
    };
}
