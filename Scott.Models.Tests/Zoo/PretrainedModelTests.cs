using System.Text.Json.Nodes;
using Scott.Models.Downloads;
using Scott.Models.Weights;
using Scott.Models.Zoo;

namespace Scott.Models.Tests.Zoo;

public sealed class PretrainedModelTests
{
    [Theory]
    [InlineData(WeightStorage.Managed)]
    [InlineData(WeightStorage.MemoryMapped)]
    public async Task FromPretrained_MirrorOfManifestAndWeights_IsTheModel(WeightStorage storage)
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync(ManifestJson.Relative("weights/"));
        fixture.Server.Answer = context => ModelServer.SendAsync(
            context, context.Request.Path == "/weights/" + TinyModel.FileName ? TinyModel.Bytes : File.ReadAllBytes(fixture.Manifest));
        ZooOptions options = fixture.Options with { Manifests = [fixture.Server.Address + "weights-manifest.json"], Storage = storage };
        var progress = new ListedProgress();
        ScottModel model = await ScottModel.FromPretrainedAsync(TinyModel.Id, options, progress);
        AssertIsTiny(model);
        fixture.AssertWhole();
        Assert.All(progress.Reports, report => Assert.Equal(
            (TinyModel.Id, TinyModel.FileName, (long)TinyModel.Bytes.Length), (report.ModelId, report.FileName, report.TotalBytes)));
        Assert.Equal(progress.Reports.Select(report => report.CompletedBytes).Order(), progress.Reports.Select(report => report.CompletedBytes));
        Assert.Equal(TinyModel.Bytes.Length, progress.Reports[^1].CompletedBytes);
        Assert.Contains(progress.Reports, report => report.BytesPerSecond > 0);
        progress.Reports.Clear();
        await ScottModel.FromPretrainedAsync(TinyModel.Id, options, progress);
        DownloadProgress cached = Assert.Single(progress.Reports);
        Assert.Equal((TinyModel.Bytes.Length, 0.0), (cached.CompletedBytes, cached.BytesPerSecond));
    }

    [Fact]
    public async Task FromPretrained_FolderOfManifestAndWeights_NeedsNoServer()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync(ManifestJson.Relative("my-weights/"));
        Directory.CreateDirectory(fixture.File("my-weights"));
        await File.WriteAllBytesAsync(fixture.File("my-weights/" + TinyModel.FileName), TinyModel.Bytes);
        AssertIsTiny(await ScottModel.FromPretrainedAsync(TinyModel.Id, fixture.Options with { Offline = true }));
        fixture.AssertWhole();
    }

    [Fact]
    public async Task FromPretrained_Embedded_NeedsNeitherDiskNorNetwork()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync(ManifestJson.Mirror("http://127.0.0.1:1/"), ManifestJson.Embedded());
        ZooOptions options = Embedded(fixture, TinyModel.Bytes) with { Offline = true };
        AssertIsTiny(await ScottModel.FromPretrainedAsync(TinyModel.Id, options));
        Assert.False(Directory.Exists(fixture.Cache));
        FileVerification file = Assert.Single((await ScottModels.VerifyAsync(TinyModel.Id, options)).Files);
        Assert.Equal(("embedded " + TinyModel.FileName, FileCondition.Sound), (file.Path, file.Condition));
    }

    [Fact]
    public async Task FromPretrained_OtherWeightsEmbeddedUnderThatName_AreNotTaken()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        fixture.WriteManifest(ManifestJson.Embedded(), ManifestJson.Mirror(fixture.Server.Address));
        AssertIsTiny(await ScottModel.FromPretrainedAsync(TinyModel.Id, Embedded(fixture, TinyModel.Spoiled())));
        fixture.AssertWhole();
    }

    [Fact]
    public async Task Download_Embedded_PutsTheFileIntoTheCache()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync(ManifestJson.Embedded());
        CachedModel model = await fixture.DownloadAsync(Embedded(fixture, TinyModel.Bytes));
        Assert.Equal(fixture.Target, Assert.Single(model.Files).Path);
        fixture.AssertWhole();
    }

    [Fact]
    public async Task FromPretrained_FileDamagedOnDisk_IsFetchedAgain()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        await fixture.DownloadAsync();
        await File.WriteAllBytesAsync(fixture.Target, TinyModel.Spoiled());
        await ScottModel.FromPretrainedAsync(TinyModel.Id, fixture.Options);
        fixture.AssertWhole();
        await File.WriteAllBytesAsync(fixture.Target, TinyModel.Bytes[..100]);
        await ScottModel.FromPretrainedAsync(TinyModel.Id, fixture.Options);
        fixture.AssertWhole();
        Assert.Equal(3, fixture.Server.Requests.Count);
    }

    [Fact]
    public async Task FromPretrained_FileOfAnotherArchitectureThanListed_IsRefused()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        JsonObject model = ManifestJson.Model(ManifestJson.Mirror(fixture.Server.Address));
        model["architecture"]!["depth"] = 1;
        model["parameters"] = ScottModel.Create(Architectures.Tiny with { Depth = 1 }, seed: 5).TrainableParameters;
        await File.WriteAllTextAsync(fixture.Manifest, ManifestJson.Of(model).ToJsonString());
        await Assert.ThrowsAsync<ModelFormatException>(() => ScottModel.FromPretrainedAsync(TinyModel.Id, fixture.Options));
    }

    [Theory]
    [InlineData("scott-12-16-224", ModelUnavailableFault.NoWeights, "ScottModel.Create(\"scott-12-16-224\", seed)")]
    [InlineData("no-such-model", ModelUnavailableFault.UnknownModel, "the manifests list scott-mini-112")]
    public async Task FromPretrained_ModelThatIsNotThere_SaysWhatToDo(string id, ModelUnavailableFault fault, string expected)
    {
        using var folder = new TemporaryFolder();
        ModelUnavailableException error = await Assert.ThrowsAsync<ModelUnavailableException>(
            () => ScottModel.FromPretrainedAsync(id, new ZooOptions { CacheFolder = folder.Path }));
        Assert.Equal((fault, id), (error.Fault, error.ModelId));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FromPretrained_WeightsOfANewerPackage_AsksForTheUpdate()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        JsonObject model = ManifestJson.Model(ManifestJson.Mirror(fixture.Server.Address));
        model["minimumPackageVersion"] = "99.0.0";
        await File.WriteAllTextAsync(fixture.Manifest, ManifestJson.Of(model).ToJsonString());
        ModelUnavailableException error = await Assert.ThrowsAsync<ModelUnavailableException>(
            () => ScottModel.FromPretrainedAsync(TinyModel.Id, fixture.Options));
        Assert.Equal(ModelUnavailableFault.PackageTooOld, error.Fault);
        Assert.Contains("needs Scott.Models 99.0.0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FromPretrained_NotEmbeddedAndNoOtherSource_SaysThatNoneCanBeReached()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync(ManifestJson.Embedded());
        ModelUnavailableException error = await Assert.ThrowsAsync<ModelUnavailableException>(
            () => ScottModel.FromPretrainedAsync(TinyModel.Id, fixture.Options));
        Assert.Equal(ModelUnavailableFault.NoSource, error.Fault);
    }

    [Fact]
    public async Task List_PinnedRevision_IsWhatIsLoaded()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        JsonObject newer = ManifestJson.Model(ManifestJson.Mirror("http://127.0.0.1:1/"));
        newer["revision"] = "r2";
        await File.WriteAllTextAsync(
            fixture.Manifest, ManifestJson.Of(ManifestJson.Model(ManifestJson.Mirror(fixture.Server.Address)), newer).ToJsonString());
        ScottModel model = await ScottModel.FromPretrainedAsync(TinyModel.Id, fixture.Options with { Revision = TinyModel.Revision });
        Assert.Equal(TinyModel.Revision, model.Metadata.Revision);
    }

    [Fact]
    public async Task List_ManifestOnAServerThatFails_IsATypedError()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        fixture.Server.Answer = context => Task.FromResult(context.Response.StatusCode = 404);
        ZooOptions options = fixture.Options with { Manifests = [fixture.Server.Address + "m.json"] };
        ManifestException error = await Assert.ThrowsAsync<ManifestException>(() => ScottModels.ListAsync(options));
        Assert.Equal(options.Manifests[0], error.ManifestSource);
        Assert.Contains("it answered 404", error.Message, StringComparison.Ordinal);
    }

    private static void AssertIsTiny(ScottModel model)
    {
        Assert.Equal(Architectures.Tiny, model.Architecture);
        Assert.Equal((TinyModel.Id, TinyModel.Revision, "MIT"), (model.Metadata.Id, model.Metadata.Revision, model.Metadata.License));
        ScottModel expected = ScottModel.Create(Architectures.Tiny, seed: 5);
        Assert.All(expected.Weights, weight => Assert.Equal(weight.ToArray(), model.Weights[weight.Name].ToArray()));
    }

    private static ZooOptions Embedded(ZooFixture fixture, byte[] content) =>
        fixture.Options with { OpenEmbedded = name => name == TinyModel.FileName ? new MemoryStream(content) : null };

    private sealed class ListedProgress : IProgress<DownloadProgress>
    {
        public List<DownloadProgress> Reports { get; } = [];

        public void Report(DownloadProgress value) => Reports.Add(value);
    }
}
