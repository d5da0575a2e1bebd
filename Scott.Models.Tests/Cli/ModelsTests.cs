using System.Security.Cryptography;
using System.Text.Json;
using Scott.Models.Tests.Imaging;
using Scott.Models.Tests.Inference;
using Scott.Models.Tests.Processes;
using Scott.Models.Zoo;
using static Scott.Models.Tests.Processes.BuiltProgram;

namespace Scott.Models.Tests.Cli;

/// <summary>The commands <c>models</c> and <c>inspect</c> as a user runs them, without network and on a cache of their own.</summary>
public sealed class ModelsTests(CliFixture files) : IClassFixture<CliFixture>
{
    private const string Id = "vit-mini-112";

    private static readonly string Manifest = Path.Combine(Repository.Root, "weights-manifest.json");
    private static readonly string Weights = Path.Combine(Repository.Root, "weights", $"{Id}.safetensors");

    private readonly string _cache = files.NewFile("cache");

    [Fact]
    public async Task List_ShowsWhereEachModelIs()
    {
        ChildResult result = await RunAsync("models", "list");
        AssertExit(0, result);
        Assert.Matches(@"(?m)^│ scott-mini-112 +│ .*3,265,920 .*inside the package", result.Output);
        Assert.Contains("scott-12-16-224", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ImportVerifyListAndRemove_OfAFile_GoThroughTheCache()
    {
        AssertExit(0, await RunAsync("models", "import", Weights, "--manifest", Manifest));
        string cached = Directory.EnumerateFiles(_cache, $"{Id}.safetensors", SearchOption.AllDirectories).Single();
        AssertExit(0, await RunAsync("models", "verify"));
        using (JsonDocument list = await RunJsonAsync(0, "models", "list"))
            Assert.Equal([Id], list.RootElement.GetProperty("cache").EnumerateArray().Select(model => model.GetProperty("id").GetString()));

        await using (FileStream stream = File.OpenWrite(cached))
        {
            stream.Position = stream.Length - 1;
            stream.WriteByte(1);
        }

        using (JsonDocument verified = await RunJsonAsync(1, "models", "verify", Id))
        {
            Assert.False(verified.RootElement.GetProperty("isSound").GetBoolean());
            Assert.Equal("wrongHash", verified.RootElement.GetProperty("files")[0].GetProperty("condition").GetString());
        }

        AssertExit(0, await RunAsync("models", "remove", Id));
        Assert.False(File.Exists(cached));
    }

    [Fact]
    public async Task Adapt_ToChannelsWindowAndSize_WritesAModelThatEveryCommandTakes()
    {
        string folder = files.NewFile("scans"), model = files.NewFile("scans.safetensors");
        Directory.CreateDirectory(folder);
        for (int i = 0; i < 3; i++)
        {
            byte[] samples = TiffDecoderTests.Bytes(40 * 30 * 2 * sizeof(ushort), i);
            var recipe = new TiffRecipe(40, 30) { Bits = 16, Channels = 2, Photometric = "MINISBLACK" };
            await File.WriteAllBytesAsync(Path.Combine(folder, $"{i}.tif"), TiffFiles.Write(recipe, samples), TestContext.Current.CancellationToken);
        }

        using JsonDocument result = await RunJsonAsync(
            0, "models", "adapt", "scott-mini-112", "--channels", "2", "--images", folder, "--sample-range", "1%..99%",
            "--image-size", "64x96", "--resize", "Letterbox", "-o", model);
        ScottModel adapted = await ScottModel.FromFileAsync(model, cancellationToken: TestContext.Current.CancellationToken);
        PreprocessingSpec spec = adapted.Preprocessing;
        Assert.Equal((2, 64, 96, ResizeMode.Letterbox), (spec.ChannelCount, spec.ImageHeight, spec.ImageWidth, spec.Resize));
        Assert.Equal(SampleRange.Percentile(1, 99), spec.SampleRange);
        Assert.All(spec.Channels!.Mean, mean => Assert.Equal(0.5f, mean, 0.02f));
        Assert.Equal(adapted.Preprocessing, PreprocessingSpec.FromJson(result.RootElement.GetProperty("preprocessing").GetRawText()));

        using JsonDocument inspected = await RunJsonAsync(0, "inspect", folder, "--channels", "2");
        Assert.Equal(2, inspected.RootElement.GetProperty("channels").GetProperty("mean").GetArrayLength());
        Assert.Equal(0, inspected.RootElement.GetProperty("unreadable").GetArrayLength());

        ChildResult embedded = await RunAsync("embed", folder, "--model", model, "-o", files.NewFile("scans.npy"));
        AssertExit(0, embedded);
        Assert.Contains("3 images", embedded.Output + embedded.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Adapt_OfARevision_TakesThatOne()
    {
        string output = files.NewFile("second.safetensors");
        string[] arguments = ["models", "adapt", "scott-mini-112-distilled", "-o", output, "--revision"];
        ChildResult unknown = await RunAsync([.. arguments, "no-such-revision"]);
        AssertExit(1, unknown);
        Assert.Contains("no-such-revision", unknown.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(output));

        AssertExit(0, await RunAsync([.. arguments, "2", "--manifest", Manifest]));
        ScottModel model = await ScottModel.FromFileAsync(output, cancellationToken: TestContext.Current.CancellationToken);
        ScottModel second = await ScottModel.FromFileAsync(
            Path.Combine(Repository.Root, "weights", "revision-2", "scott-mini-112-distilled.safetensors"),
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(second.Weights.Select(tensor => tensor.ToArray()), model.Weights.Select(tensor => tensor.ToArray()));
    }

    [Theory]
    [InlineData("--sample-range", "5", "expected two numbers")]
    [InlineData("--sample-range", "1%..9", "expected two numbers")]
    [InlineData("--sample-range", "9..5", "SampleRange")]
    [InlineData("--image-size", "64x", "expected one number")]
    [InlineData("--image-size", "65", "ImagePixels")]
    [InlineData("--channels", "17", "expected 1 to 16")]
    [InlineData("--images", "/", "--images needs --channels")]
    [InlineData("--resize", "zoom", "zoom")]
    public async Task Adapt_WithValuesThatAreNotLegal_IsAUsageError(string option, string value, string expected)
    {
        ChildResult result = await RunAsync("models", "adapt", "scott-mini-112", option, value, "-o", files.NewFile("never.safetensors"));
        AssertExit(2, result);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Download_FromAManifestBesideItsFiles_FillsTheCache()
    {
        using JsonDocument result = await RunJsonAsync(0, "models", "download", Id, "--manifest", Manifest);
        Assert.Equal(new FileInfo(Weights).Length, result.RootElement.GetProperty("bytes").GetInt64());
        Assert.Single(Directory.EnumerateFiles(_cache, $"{Id}.safetensors", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Embed_OfADownloadedModel_TakesItsId()
    {
        string[] embed = ["embed", files.Good, "--model", Id, "--output", files.NewFile("out.npy")];
        AssertExit(2, await RunAsync(embed));
        AssertExit(0, await RunAsync("models", "download", Id, "--manifest", Manifest));
        AssertExit(0, await RunAsync(embed));
    }

    [Fact]
    public async Task Embed_OfAModelThatTheCacheHasAndThePackageDoesNotKnow_NamesItsFile()
    {
        string file = await PlantAsync("my-model", "1", "my-model.safetensors", files.Model);
        ChildResult result = await RunAsync("embed", files.Good, "--model", "my-model", "--output", files.NewFile("out.npy"));
        AssertExit(2, result);
        Assert.Contains($"name its file: '{file}'", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_OfAModelOfTheHubAndOneThatNoManifestKnows_ChecksTheFirstAndNamesTheSecond()
    {
        string commit = new('a', 40);
        string file = await PlantAsync("hub--someone--something", commit, "model.safetensors", files.Model);
        string hash = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)));
        await File.WriteAllTextAsync(
            Path.Combine(Path.GetDirectoryName(file)!, "scott-hub.json"),
            $$"""
            {"repository":"someone/something","commit":"{{commit}}","files":[
            {"name":"model.safetensors","bytes":{{new FileInfo(file).Length}},"sha256":"{{hash}}"}]}
            """,
            TestContext.Current.CancellationToken);
        string unknown = Path.GetDirectoryName(await PlantAsync("my-model", "1", "my-model.safetensors", files.Model))!;
        using (JsonDocument sound = await RunJsonAsync(0, "models", "verify"))
        {
            Assert.Equal(file, Assert.Single(sound.RootElement.GetProperty("files").EnumerateArray()).GetProperty("path").GetString());
            Assert.Equal(unknown, Assert.Single(sound.RootElement.GetProperty("notChecked").EnumerateArray()).GetString());
        }

        await File.WriteAllBytesAsync(file, new byte[new FileInfo(file).Length], TestContext.Current.CancellationToken);
        using JsonDocument damaged = await RunJsonAsync(1, "models", "verify");
        Assert.Equal("wrongHash", damaged.RootElement.GetProperty("files")[0].GetProperty("condition").GetString());
    }

    [Fact]
    public async Task Import_OfAFileThatNoManifestKnows_SaysSoInOneLine()
    {
        ChildResult result = await RunAsync("models", "import", files.Model);
        AssertExit(1, result);
        Assert.Contains($"'{files.Model}' is not a file that the manifests describe", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_OfAPyTorchCheckpoint_WritesAModelFile()
    {
        string checkpoint = Path.Combine(Repository.Root, "Scott.Models.Tests", "Parity", "Cases", "context-encoder_checkpoint.pth");
        string output = files.NewFile("imported.safetensors");
        ChildResult unknown = await RunAsync("models", "import", checkpoint, "--output", output);
        AssertExit(1, unknown);
        Assert.Contains("does not say what architecture", unknown.Error, StringComparison.Ordinal);

        ChildResult other = await RunAsync("models", "import", checkpoint, "--output", output, "--architecture", "scott-mini-112");
        AssertExit(1, other);
        Assert.False(File.Exists(output));

        AssertExit(0, await RunAsync("models", "import", files.Model, "--output", output));
        Assert.Equal(Architectures.Tiny, (await ScottModel.FromFileAsync(output)).Architecture);
    }

    [Theory]
    [InlineData("Required command was not provided.", "models")]
    [InlineData("'no-such-path' does not exist.", "models", "import", "no-such-path")]
    [InlineData("--architecture and --prefix need --output.", "models", "import", ".", "--architecture", "scott-mini-112")]
    [InlineData("'.' is a folder; --output needs a file.", "models", "import", ".", "--output", "out.safetensors")]
    [InlineData("'../escape' is not a safe name", "models", "remove", "../escape")]
    [InlineData("'no-such-model' is neither a folder of images", "inspect", "no-such-model")]
    [InlineData("--model finds outliers; add --outliers.", "inspect", ".", "--model", "scott-mini-112")]
    [InlineData("'a/b/c' is not the name of a repository", "inspect", "hf:a/b/c")]
    [InlineData("'' is not a revision", "inspect", "hf:org/name@")]
    [InlineData("--revision choose a pretrained model", "models", "adapt", "untrained:scott-mini-112", "--revision", "1", "-o", "out.safetensors")]
    [InlineData("The folder of '/' does not exist", "models", "adapt", "scott-mini-112", "-o", "/")]
    [InlineData("--overlap needs --tile.", "embed", ".", "--overlap", "5")]
    [InlineData("The output 'out.txt' ends in '.txt'", "embed", ".", "-o", "out.txt", "--model", "hf:no/network")]
    [InlineData("The folder of '/no-such-folder/x.npy' does not exist", "embed", ".", "-o", "/no-such-folder/x.npy")]
    [InlineData("--outliers are for folders of images.", "inspect", "scott-mini-112", "--labeled")]
    public async Task Run_WithImpossibleArguments_IsAUsageErrorThatSaysWhy(string expected, params string[] arguments)
    {
        ChildResult result = await RunAsync(arguments);
        AssertExit(2, result);
        Assert.Contains("error: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_OfAFolder_NamesUnreadableImages()
    {
        using JsonDocument result = await RunJsonAsync(0, "inspect", files.Mixed);
        Assert.Equal(2, result.RootElement.GetProperty("images").GetInt32());
        Assert.EndsWith("broken.jpg", result.RootElement.GetProperty("unreadable")[0].GetProperty("name").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_OfModels_TellsClassifierAndBackboneApart()
    {
        string classifier = files.NewFile("flowers.safetensors");
        await Classifiers.Create(ClassifierHead.Linear).SaveAsync(classifier);
        using JsonDocument first = await RunJsonAsync(0, "inspect", classifier);
        Assert.Equal("classifier", first.RootElement.GetProperty("kind").GetString());
        Assert.Equal("daisy", first.RootElement.GetProperty("classes")[0].GetString());
        ChildResult second = await RunAsync("inspect", "scott-mini-112");
        AssertExit(0, second);
        Assert.Matches("trainable parameters +│ 3,265,920", second.Output);
    }

    /// <summary>Puts a file into the cache.</summary>
    private async Task<string> PlantAsync(string id, string revision, string name, string source)
    {
        string path = Path.Combine(Directory.CreateDirectory(Path.Combine(_cache, id, revision)).FullName, name);
        await File.WriteAllBytesAsync(path, await File.ReadAllBytesAsync(source, TestContext.Current.CancellationToken));
        return path;
    }

    private Task<ChildResult> RunAsync(params string[] arguments) =>
        Tool.RunWithAsync([(ZooOptions.OfflineVariable, "1"), (ZooOptions.CacheVariable, _cache)], arguments);

    private async Task<JsonDocument> RunJsonAsync(int exitCode, params string[] arguments)
    {
        ChildResult result = await RunAsync([.. arguments, "--json"]);
        AssertExit(exitCode, result);
        return JsonDocument.Parse(result.Output);
    }
}
