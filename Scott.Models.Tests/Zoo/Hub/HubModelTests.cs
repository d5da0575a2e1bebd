using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Scott.Models.Downloads;
using Scott.Models.Foundation;
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
            Assert.Equal((ModelUnavailability.Offline, Repository), (error.Reason, error.ModelId));
            Assert.Contains("HF_HUB_OFFLINE", error.Message, StringComparison.Ordinal);
        }

        Assert.Empty(hub.Server.Front.Requests);
    }

    [Fact]
    public async Task FromHuggingFace_HubIsDown_UsesTheLastKnownCommitWithAWarning()
    {
        await using var hub = new HubFixture(await HubServer.StartAsync());
        hub.Server.Add(Repository, Timm);
        await ScottModel.FromHuggingFaceAsync(Repository, options: hub.Options);
        hub.Server.Intercept = context =>
        {
            HubServer.Refuse(context, StatusCodes.Status503ServiceUnavailable);
            return true;
        };
        var log = new LogLines();
        ScottModel model = await ScottModel.FromHuggingFaceAsync(Repository, options: hub.Options with { Logger = log });
        Assert.Equal(HubServer.Commit, model.Metadata.Revision);
        Assert.Contains(log.Lines, line => line.Contains("the last known commit of 'main'", StringComparison.Ordinal));
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(
            () => ScottModel.FromHuggingFaceAsync("other/model", options: hub.Options));
        Assert.Contains("503", error.Message, StringComparison.Ordinal);
        Assert.Contains("HF_ENDPOINT", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, "RepoNotFound", ModelUnavailability.UnknownModel, "does not exist, or is private")]
    [InlineData(404, "RepoNotFound", ModelUnavailability.UnknownModel, "does not exist, or is private")]
    [InlineData(404, "RevisionNotFound", ModelUnavailability.UnknownRevision, "no branch, tag or commit 'main'")]
    [InlineData(404, "EntryNotFound", ModelUnavailability.MissingFile, "has no config.json")]
    [InlineData(403, "GatedRepo", ModelUnavailability.AccessDenied, "gives access on request")]
    [InlineData(401, "GatedRepo", ModelUnavailability.AccessDenied, "gives access on request")]
    [InlineData(403, null, ModelUnavailability.AccessDenied, "HF_TOKEN")]
    public async Task FromHuggingFace_Refused_SaysInWordsWhatItMeans(int status, string? code, ModelUnavailability reason, string expected)
    {
        await using var hub = new HubFixture(await HubServer.StartAsync());
        hub.Server.Intercept = context =>
        {
            HubServer.Refuse(context, status, code);
            return true;
        };
        ModelUnavailableException error = await Assert.ThrowsAsync<ModelUnavailableException>(
            () => ScottModel.FromHuggingFaceAsync(Repository, options: hub.Options));
        Assert.Equal(reason, error.Reason);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Single(hub.Server.Front.Requests);
    }

    [Fact]
    public async Task FromHuggingFace_WrongToken_SaysSoWithoutTheToken()
    {
        await using var hub = new HubFixture(await HubServer.StartAsync());
        hub.Server.Intercept = context =>
        {
            HubServer.Refuse(context, StatusCodes.Status401Unauthorized);
            return true;
        };
        ModelUnavailableException error = await Assert.ThrowsAsync<ModelUnavailableException>(
            () => ScottModel.FromHuggingFaceAsync(Repository, options: hub.Options with { HubToken = "hf_secret" }));
        Assert.Contains("does not accept the token", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hf_secret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FromHuggingFace_TooManyRequests_WaitsAndThenAdvisesAToken()
    {
        await using var hub = new HubFixture(await HubServer.StartAsync());
        hub.Server.Add(Repository, Timm);
        int refused = 0;
        hub.Server.Intercept = context =>
        {
            if (Interlocked.Increment(ref refused) > 2)
                return false;

            HubServer.Refuse(context, StatusCodes.Status429TooManyRequests);
            context.Response.Headers.RetryAfter = "0";
            return true;
        };
        await ScottModel.FromHuggingFaceAsync(Repository, options: hub.Options);
        hub.Server.Intercept = context =>
        {
            HubServer.Refuse(context, StatusCodes.Status429TooManyRequests);
            return true;
        };
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(
            () => ScottModel.FromHuggingFaceAsync("other/model", options: hub.Options));
        Assert.Contains("limits requests without a token", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FromHuggingFace_WrongBytes_AreNeverPublished()
    {
        await using var hub = new HubFixture(await HubServer.StartAsync());
        hub.Server.Add(Repository, Timm);
        byte[] weights = await File.ReadAllBytesAsync(Path.Combine(Timm, "model.safetensors"));
        byte[] spoiled = [.. weights];
        spoiled[^1] ^= 1;
        hub.Server.Spoil(weights, spoiled);
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(
            () => ScottModel.FromHuggingFaceAsync(Repository, options: hub.Options));
        Assert.Equal(HubServer.Sha256(weights), error.ExpectedSha256);
        Assert.DoesNotContain(hub.CachedFiles, path => path.EndsWith("model.safetensors", StringComparison.Ordinal));

        hub.Server.Spoil(weights, weights);
        await ScottModel.FromHuggingFaceAsync(Repository, options: hub.Options);
    }

    [Fact]
    public async Task FromHuggingFace_ConfigurationWithWrongGitChecksum_IsRefused()
    {
        await using var hub = new HubFixture(await HubServer.StartAsync());
        hub.Server.Add(Repository, Timm);
        hub.Server.Intercept = context =>
        {
            if (HttpMethods.IsGet(context.Request.Method) && context.Request.Path.Value!.EndsWith("config.json", StringComparison.Ordinal))
                hub.Server.Replace(Repository, "config.json", Encoding.UTF8.GetBytes("{}"));

            return false;
        };
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(
            () => ScottModel.FromHuggingFaceAsync(Repository, options: hub.Options));
        Assert.Contains("Git checksum", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FromHuggingFace_InterruptedDownload_ResumesAtTheStore()
    {
        await using var hub = new HubFixture(await HubServer.StartAsync());
        hub.Server.Add(Repository, Timm);
        byte[] weights = await File.ReadAllBytesAsync(Path.Combine(Timm, "model.safetensors"));
        Func<HttpContext, Task> whole = hub.Server.Store.Answer;
        hub.Server.Store.Answer = async context =>
        {
            await ModelServer.SendAsync(context, weights, "\"stored\"", stopAfter: weights.Length / 2);
            await ZooFixture.FileReachesAsync(hub.PartPath, weights.Length / 2);
            context.Abort();
        };
        await Assert.ThrowsAsync<DownloadException>(() => ScottModel.FromHuggingFaceAsync(Repository, options: hub.Options with { Retries = 0 }));
        hub.Server.Store.Answer = whole;
        await ScottModel.FromHuggingFaceAsync(Repository, options: hub.Options);
        Assert.Equal(FormattableString.Invariant($"bytes={weights.Length / 2}-"), hub.Server.Store.Requests[^1].Range);
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

    [Theory]
    [InlineData("../model.safetensors")]
    [InlineData("/etc/model.safetensors")]
    [InlineData("a/b.safetensors")]
    [InlineData("model.exe")]
    public async Task FromHuggingFace_IndexThatNamesAnotherFolder_IsRefused(string name)
    {
        await using var hub = new HubFixture(await HubServer.StartAsync());
        hub.Server.Add(Repository, new Dictionary<string, byte[]>
        {
            ["config.json"] = await File.ReadAllBytesAsync(Path.Combine(Timm, "config.json")),
            ["model.safetensors.index.json"] = Encoding.UTF8.GetBytes($$"""{"weight_map": {"cls_token": "{{name}}"} }"""),
        });
        ModelFormatException error = await Assert.ThrowsAsync<ModelFormatException>(
            () => ScottModel.FromHuggingFaceAsync(Repository, options: hub.Options));
        Assert.Equal("weight_map", error.Field);
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
    public async Task FromHuggingFace_ModelThatCannotBeComputed_CostsNoDownloadOfItsWeights()
    {
        await using var hub = new HubFixture(await HubServer.StartAsync());
        hub.Server.Add(Repository, Path.Combine(Cases, "vit-tiny", "transformers"));
        string config = await File.ReadAllTextAsync(Path.Combine(Cases, "vit-tiny", "transformers", "config.json"));
        hub.Server.Replace(
            Repository, "config.json", Encoding.UTF8.GetBytes(config.Replace("\"hidden_act\": \"gelu\"", "\"hidden_act\": \"relu\"", StringComparison.Ordinal)));
        ModelFormatException error = await Assert.ThrowsAsync<ModelFormatException>(
            () => ScottModel.FromHuggingFaceAsync(Repository, options: hub.Options));
        Assert.Equal("hidden_act", error.Field);
        Assert.Empty(hub.Server.Store.Requests);
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
            (ZooOptions.CacheVariable, hub.Options.CacheFolder!),
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
    [InlineData("")]
    [InlineData("a/b/c")]
    [InlineData("../b")]
    [InlineData("a/..")]
    [InlineData("https://huggingface.co/a/b")]
    public async Task FromHuggingFace_NoName_IsAnArgumentError(string name) =>
        await Assert.ThrowsAsync<ArgumentException>(() => ScottModel.FromHuggingFaceAsync(name));

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

/// <summary>A hub and an empty cache, with waits so short that faults take no time.</summary>
internal sealed class HubFixture(HubServer server) : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();

    public HubServer Server => server;

    public ZooOptions Options => new()
    {
        HubEndpoint = server.Endpoint,
        CacheFolder = _folder.File("cache"),
        Retries = 2,
        RetryDelay = TimeSpan.FromMilliseconds(5),
        MaximumRetryDelay = TimeSpan.FromSeconds(2),
    };

    public IEnumerable<string> CachedFiles => Directory.EnumerateFiles(_folder.File("cache"), "*", SearchOption.AllDirectories);

    public string PartPath => Path.Combine(
        _folder.File("cache"), "hub--timm--tiny.lvd142m", HubServer.Commit, "model.safetensors.part");

    /// <summary>A manifest with one model of the hub.</summary>
    public string WriteManifest(string id, string repository, ScottModel model)
    {
        string manifest = $$"""
            {
              "schemaVersion": 1,
              "models": [
                {
                  "id": "{{id}}",
                  "revision": "main",
                  "architecture": {{model.Architecture.ToJson()}},
                  "preprocessing": {{model.Preprocessing.ToJson()}},
                  "parameters": {{model.TrainableParameters}},
                  "sources": [ { "kind": "hub", "address": "{{repository}}" } ]
                }
              ]
            }
            """;
        System.IO.File.WriteAllText(File("manifest.json"), manifest);
        return File("manifest.json");
    }

    public string File(string name) => _folder.File(name);

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        _folder.Dispose();
    }
}
