using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Scott.Models.Downloads;
using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Tests.Inference;
using Scott.Models.Tests.Parity;
using Scott.Models.Tests.Processes;
using Scott.Models.Weights;
using Scott.Models.Zoo;

namespace Scott.Models.Tests.Zoo;

/// <summary>Models of the Hugging Face Hub, from a server on this machine in the hub's form. The real hub was never asked.</summary>
public sealed class HubModelTests
{
    private const string Repository = "timm/tiny.lvd142m";

    private static string Cases => Path.Combine(ParityCases.OwnFolder, "vit");

    private static string Timm => Path.Combine(Cases, "dinov2-tiny", "timm");

    [Theory]
    [InlineData("dinov2-tiny/timm")]
    [InlineData("dinov2-tiny/transformers")]
    [InlineData("dinov2-tiny-reg4-swiglu/timm")]
    [InlineData("dinov2-tiny-reg4-swiglu/transformers")]
    [InlineData("vit-tiny/timm")]
    [InlineData("vit-tiny/transformers")]
    public async Task FromHuggingFace_EveryScheme_IsTheModelOfTheFolder(string folder)
    {
        await using var hub = new HubFixture(await HubServer.StartAsync());
        hub.Server.Add("Some/Tiny.Model", Path.Combine(Cases, folder));
        ScottModel model = await ScottModel.FromHuggingFaceAsync("Some/Tiny.Model", options: hub.Options);
        ScottModel expected = await ScottModel.FromHuggingFaceFolderAsync(Path.Combine(Cases, folder));
        Assert.Equal(expected.Weights.Checksum(), model.Weights.Checksum());
        Assert.Equal((expected.Architecture, expected.Preprocessing), (model.Architecture, model.Preprocessing));
        Assert.Equal(("Some/Tiny.Model", HubServer.Commit), (model.Metadata.Id, model.Metadata.Revision));
        Assert.Contains(HubServer.Commit, model.Metadata.Provenance, StringComparison.Ordinal);
        using FeatureExtractor extractor = model.ExtractFeatures().Build();
        RgbImage image = RgbImage.FromPixels(new byte[80 * 60 * 3], 80, 60, PixelLayout.Rgb24);
        Assert.Equal(model.Architecture.EmbeddingWidth, (await extractor.EmbedAsync(ImageSource.FromImage(image))).Length);
    }

    [Fact]
    public async Task FromHuggingFace_Classifier_HasTheNamesOfItsClasses()
    {
        await using var hub = new HubFixture(await HubServer.StartAsync());
        hub.Server.Add("google/vit-tiny", Path.Combine(Cases, "vit-tiny", "transformers"));
        ScottClassifier classifier = await ScottClassifier.FromHuggingFaceAsync("google/vit-tiny", options: hub.Options);
        Assert.Equal(["LABEL_0", "LABEL_1", "LABEL_2", "LABEL_3", "LABEL_4"], classifier.ClassNames);
        hub.Server.Add(Repository, Timm);
        ModelFormatException error = await Assert.ThrowsAsync<ModelFormatException>(
            () => ScottClassifier.FromHuggingFaceAsync(Repository, options: hub.Options));
        Assert.Contains("no classifier's head", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FromHuggingFace_Token_GoesToTheHubAndNeverToItsStore()
    {
        await using var hub = new HubFixture(await HubServer.StartAsync());
        hub.Server.Add(Repository, Timm);
        await ScottModel.FromHuggingFaceAsync(Repository, options: hub.Options with { HubToken = "hf_secret" });
        Assert.All(hub.Server.Front.Requests, request => Assert.Equal("Bearer hf_secret", request.Authorization));
        Assert.NotEmpty(hub.Server.Store.Requests);
        Assert.All(hub.Server.Store.Requests, request => Assert.Equal(string.Empty, request.Authorization));
    }

    [Fact]
    public async Task FromHuggingFace_SecondTime_AsksOnlyForTheCommit_AndACommitForNothing()
    {
        await using var hub = new HubFixture(await HubServer.StartAsync());
        hub.Server.Add(Repository, Timm);
        await ScottModel.FromHuggingFaceAsync(Repository, options: hub.Options);
        int before = hub.Server.Front.Requests.Count;
        await ScottModel.FromHuggingFaceAsync(Repository, options: hub.Options);
        Assert.Equal("HEAD", Assert.Single(hub.Server.Front.Requests.Skip(before)).Method);
        await ScottModel.FromHuggingFaceAsync(Repository, HubServer.Commit, hub.Options);
        await ScottModel.FromHuggingFaceAsync(Repository, options: hub.Options with { Offline = true });
        Assert.Equal(before + 1, hub.Server.Front.Requests.Count);
        Assert.Single(hub.Server.Store.Requests);
    }

    [Fact]
    public async Task FromHuggingFace_OfflineAndNotCached_SaysSo()
    {
        await using var hub = new HubFixture(await HubServer.StartAsync());
        hub.Server.Add(Repository, Timm);
        foreach (string? revision in new[] { null, HubServer.Commit })
        {
            ModelUnavailableException error = await Assert.ThrowsAsync<ModelUnavailableException>(
                () => ScottModel.FromHuggingFaceAsync(Repository, revision, hub.Options with { Offline = true }));
            Assert.Equal((ModelUnavailableFault.Offline, Repository), (error.Fault, error.ModelId));
            Assert.Contains("HF_HUB_OFFLINE", error.Message, StringComparison.Ordinal);
            Assert.Contains($"of {hub.Server.Endpoint}/ is not in the cache", error.Message, StringComparison.Ordinal);
        }

        Assert.Empty(hub.Server.Front.Requests);
    }

    [Fact]
    public async Task FromHuggingFace_Shards_AreJoined()
    {
        await using var hub = new HubFixture(await HubServer.StartAsync());
        WeightSet all = ParityCases.Read(Path.Combine(Timm, "model.safetensors")).Tensors;
        WeightTensor[][] halves = [.. all.Chunk((all.Count + 1) / 2)];
        var files = new Dictionary<string, byte[]> { ["config.json"] = await File.ReadAllBytesAsync(Path.Combine(Timm, "config.json")) };
        var map = new Dictionary<string, string>();
        for (int i = 0; i < 2; i++)
        {
            string name = FormattableString.Invariant($"model-0000{i + 1}-of-00002.safetensors");
            await SafetensorsFile.WriteAsync(hub.File(name), new WeightSet(halves[i]), new Dictionary<string, string>(), default);
            files[name] = await File.ReadAllBytesAsync(hub.File(name));
            foreach (WeightTensor tensor in halves[i])
                map[tensor.Name] = name;
        }

        files["model.safetensors.index.json"] = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object> { ["weight_map"] = map });
        hub.Server.Add(Repository, files);
        ScottModel model = await ScottModel.FromHuggingFaceAsync(Repository, options: hub.Options);
        Assert.Equal((await ScottModel.FromHuggingFaceFolderAsync(Timm)).Weights.Checksum(), model.Weights.Checksum());
        Assert.Equal(2, hub.Server.Store.Requests.Count);
    }

    [Fact]
    public async Task FromHuggingFace_PyTorchWeights_AreReadWithoutRunningThem()
    {
        await using var hub = new HubFixture(await HubServer.StartAsync());
        hub.Server.Add(Repository, new Dictionary<string, byte[]>
        {
            ["config.json"] = await File.ReadAllBytesAsync(Path.Combine(Timm, "config.json")),
            ["pytorch_model.bin"] = await File.ReadAllBytesAsync(Path.Combine(Cases, "dinov2-tiny", "facebook", "model.pth")),
        });
        ScottModel model = await ScottModel.FromHuggingFaceAsync(Repository, options: hub.Options);
        Assert.True(model.Architecture.StandardVit!.HasLayerScale);
    }

    [Fact]
    public async Task FromHuggingFace_RenamedRepository_IsFollowedOnTheSameHost()
    {
        await using var hub = new HubFixture(await HubServer.StartAsync());
        hub.Server.Add("new/name", Timm);
        hub.Server.Intercept = context =>
        {
            string path = context.Request.Path.Value!;
            if (!path.StartsWith("/old/", StringComparison.Ordinal))
                return false;

            context.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
            context.Response.Headers.Location = path.Replace("/old/name/", "/new/name/", StringComparison.Ordinal);
            return true;
        };
        await ScottModel.FromHuggingFaceAsync("old/name", options: hub.Options with { HubToken = "hf_secret" });
    }

    [Fact]
    public async Task FromPretrained_ManifestNamesARepository_ResolvesItWhenItIsFirstUsed()
    {
        await using var hub = new HubFixture(await HubServer.StartAsync());
        hub.Server.Add("facebook/tiny", Path.Combine(Cases, "dinov2-tiny", "transformers"));
        ScottModel expected = await ScottModel.FromHuggingFaceFolderAsync(Path.Combine(Cases, "dinov2-tiny", "transformers"));
        ZooOptions options = hub.Options with { Manifests = [hub.WriteManifest("tiny", "facebook/tiny", expected)] };
        Assert.Equal("facebook/tiny", (await ScottModels.ListAsync(options)).Single(model => model.Id == "tiny").HubRepository);
        ScottModel model = await ScottModel.FromPretrainedAsync("tiny", options);
        Assert.Equal(("tiny", HubServer.Commit), (model.Metadata.Id, model.Metadata.Revision));
        Assert.Equal(expected.Weights.Checksum(), model.Weights.Checksum());
        CachedModel cached = await ScottModels.DownloadAsync("tiny", options);
        Assert.Equal(HubServer.Commit, cached.Revision);
        Assert.True((await ScottModels.VerifyAsync("tiny", options)).IsSound);
        string weights = Path.Combine(cached.Folder, "model.safetensors");
        byte[] bytes = await File.ReadAllBytesAsync(weights);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(weights, bytes);
        Assert.False((await ScottModels.VerifyAsync("tiny", options)).IsSound);
        await ScottModel.FromPretrainedAsync("tiny", options);
        Assert.True((await ScottModels.VerifyAsync("tiny", options)).IsSound);

        // Listed by the app's manifest alone, in a cache folder that is named after the repository.
        Assert.Equal(0, await ScottModels.RemoveAsync("tiny", options with { Revision = "other" }));
        Assert.True(await ScottModels.RemoveAsync("tiny", options with { Revision = HubServer.Commit }) > bytes.Length);
        Assert.False(Directory.Exists(cached.Folder));
        ModelUnavailableException error = await Assert.ThrowsAsync<ModelUnavailableException>(() => ScottModels.VerifyAsync("tiny", options));
        Assert.Equal(ModelUnavailableFault.NotCached, error.Fault);
        Assert.DoesNotContain("may not be asked", error.Message, StringComparison.Ordinal);
        await ScottModels.DownloadAsync("tiny", options);
        Assert.True(await ScottModels.RemoveAsync("tiny", options) > bytes.Length);
    }

    [Fact]
    public async Task FromPretrained_RepositoryIsAnotherModelThanListed_IsRefused()
    {
        await using var hub = new HubFixture(await HubServer.StartAsync());
        hub.Server.Add("facebook/tiny", Path.Combine(Cases, "vit-tiny", "transformers"));
        ScottModel other = await ScottModel.FromHuggingFaceFolderAsync(Path.Combine(Cases, "dinov2-tiny", "transformers"));
        ZooOptions options = hub.Options with { Manifests = [hub.WriteManifest("tiny", "facebook/tiny", other)] };
        ModelFormatException error = await Assert.ThrowsAsync<ModelFormatException>(() => ScottModel.FromPretrainedAsync("tiny", options));
        Assert.Contains("not the model that the manifest lists", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Embed_HubModelInTheCommandLine_NeedsNoMoreThanItsName()
    {
        await using var hub = new HubFixture(await HubServer.StartAsync());
        hub.Server.Add("Facebook/Tiny", Path.Combine(Cases, "dinov2-tiny-reg4-swiglu", "transformers"));
        string image = hub.File("image.png");
        await DrawnImages.Draw(1).SavePngAsync(image);
        (string, string?)[] environment =
        [
            (ZooOptions.HubEndpointVariable, hub.Server.Endpoint), (ZooOptions.HubTokenVariable, "hf_of_variable"),
            (ZooOptions.CacheVariable, hub.Options.CacheFolder!), (ZooOptions.OfflineVariable, "0"),
        ];
        ChildResult first = await BuiltProgram.Tool.RunWithAsync(
            environment, "embed", image, "-m", "hf:Facebook/Tiny", "-o", hub.File("a.npy"), "--pooling", "both");
        Assert.True(first.ExitCode == 0, first.Error);
        Assert.Contains("96 numbers each", first.Output, StringComparison.Ordinal);
        Assert.All(hub.Server.Front.Requests, request => Assert.Equal("Bearer hf_of_variable", request.Authorization));
        int asked = hub.Server.Front.Requests.Count;
        ChildResult second = await BuiltProgram.Tool.RunWithAsync(
            [.. environment, (ZooOptions.HubOfflineVariable, "1")], "embed", image, "-m", "hf:Facebook/Tiny", "-o", hub.File("b.npy"));
        Assert.True(second.ExitCode == 0, second.Error);
        Assert.Equal(asked, hub.Server.Front.Requests.Count);
        ChildResult unknown = await BuiltProgram.Tool.RunWithAsync(
            [.. environment, (ZooOptions.HubTokenVariable, "")], "embed", image, "-m", "hf:no/model@v1", "-o", hub.File("c.npy"));
        Assert.NotEqual(0, unknown.ExitCode);
        Assert.Contains("does not exist, or is private", unknown.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a/b", "hub--a--b")]
    [InlineData("timm/vit.x_y-1", "hub--timm--vit.x_y-1")]
    public void CacheName_LowerCaseName_IsReadable(string name, string expected) => Assert.Equal(expected, HubRepository.Parse(name, null).CacheName);

    [Fact]
    public void CacheName_NamesThatDifferInCaseOrDashes_Differ()
    {
        string[] names = ["a/b", "A/b", "a/B", "a--b", "a/b--c", "a--b/c", new string('x', 90) + "/" + new string('y', 90)];
        string[] folders = [.. names.Select(name => HubRepository.Parse(name, null).CacheName)];
        Assert.Equal(folders.Length, folders.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(folders, folder => Assert.True(SafeName.IsSafe(folder), folder));
    }
}
