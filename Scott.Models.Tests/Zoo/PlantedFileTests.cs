using Scott.Models.Zoo;

namespace Scott.Models.Tests.Zoo;

/// <summary>Whatever others put under the names that a download uses, nothing else is written and nothing waits.</summary>
public sealed class PlantedFileTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>What is planted, and at which of the download's names.</summary>
    public static MatrixTheoryData<string, string> Plants { get; } = new(
        ["link", "dangling", "pipe", "hard"], ["", ".part", ".part.json"]);

    [Theory]
    [MemberData(nameof(Plants))]
    public async Task Download_PlantedFile_IsReplacedAndItsTargetUntouched(string plant, string ending)
    {
        UnixFiles.SkipElsewhere();
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        string victim = Plant(fixture, plant, fixture.Target + ending);
        await fixture.DownloadAsync().WaitAsync(Patience);
        fixture.AssertWhole();
        AssertUntouched(fixture, victim);
        Assert.Null(new FileInfo(fixture.Target).LinkTarget);
    }

    [Theory]
    [MemberData(nameof(Plants))]
    public async Task DownloadDataset_PlantedFile_IsReplacedAndItsTargetUntouched(string plant, string ending)
    {
        UnixFiles.SkipElsewhere();
        await using DatasetFixture fixture = await DatasetFixture.StartAsync();
        await using ZooFixture other = await ZooFixture.StartAsync();
        string victim = Plant(other, plant, fixture.PackedPath + ending);
        await fixture.DownloadAsync().WaitAsync(Patience);
        fixture.AssertWhole();
        AssertUntouched(other, victim);
    }

    [Theory]
    [InlineData("link")]
    [InlineData("dangling")]
    [InlineData("pipe")]
    [InlineData("hard")]
    public async Task Download_PlantedLock_IsRefused(string plant)
    {
        UnixFiles.SkipElsewhere();
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        string lockFile = Path.Combine(fixture.Cache, ".locks", $"{TinyModel.Id}@{TinyModel.Revision}");
        string victim = Plant(fixture, plant, lockFile);
        StorageException error = await Assert.ThrowsAsync<StorageException>(() => fixture.DownloadAsync().WaitAsync(Patience));
        Assert.Equal((StorageFault.NotWritable, lockFile), (error.Fault, error.Path));
        Assert.Contains("expected a regular file. Remove it and call again.", error.Message, StringComparison.Ordinal);
        AssertUntouched(fixture, victim);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".part")]
    public async Task Download_FolderOfThatName_IsATypedErrorBeforeTheFirstByte(string ending)
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        Directory.CreateDirectory(Path.Combine(fixture.Target + ending, "below"));
        StorageException error = await Assert.ThrowsAsync<StorageException>(() => fixture.DownloadAsync());
        Assert.Equal(StorageFault.NotWritable, error.Fault);
        Assert.Contains($"'{fixture.Target + ending}' is a folder", error.Message, StringComparison.Ordinal);
        Assert.Empty(fixture.Server.Requests);
    }

    [Fact]
    public async Task Download_PartReplacedByALinkMeanwhile_IsNotPublished()
    {
        UnixFiles.SkipElsewhere();
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        string victim = fixture.File("victim");
        await File.WriteAllTextAsync(victim, "untouched");
        fixture.Server.Answer = async context =>
        {
            await ModelServer.SendAsync(context, TinyModel.Bytes, stopAfter: 1000);
            await fixture.PartReachesAsync(1000);
            File.Delete(fixture.Part);
            File.CreateSymbolicLink(fixture.Part, victim);
            await context.Response.Body.WriteAsync(TinyModel.Bytes.AsMemory(1000));
        };
        StorageException error = await Assert.ThrowsAsync<StorageException>(() => fixture.DownloadAsync());
        Assert.Contains($"Another program replaced '{fixture.Part}'", error.Message, StringComparison.Ordinal);
        Assert.Equal("untouched", await File.ReadAllTextAsync(victim));
        fixture.AssertNotPublished();
    }

    [Fact]
    public async Task Download_CacheFolderThatIsALink_IsUsed()
    {
        UnixFiles.SkipElsewhere();
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        Directory.CreateDirectory(fixture.File("elsewhere"));
        Directory.CreateSymbolicLink(fixture.Cache, fixture.File("elsewhere"));
        await fixture.DownloadAsync();
        fixture.AssertWhole();
    }

    [Fact]
    public async Task FromPretrained_PipeAsSourceOrInTheImport_IsNotWaitedFor()
    {
        UnixFiles.SkipElsewhere();
        await using ZooFixture fixture = await ZooFixture.StartAsync(ManifestJson.Relative("weights/"));
        Directory.CreateDirectory(fixture.File("weights"));
        UnixFiles.Pipe(fixture.File("weights/" + TinyModel.FileName));
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(() => fixture.DownloadAsync().WaitAsync(Patience));
        Assert.Contains("is a pipe", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ModelUnavailableException>(
            () => ScottModels.ImportAsync(fixture.File("weights"), fixture.Options).WaitAsync(Patience));
    }

    [Theory]
    [InlineData("link")]
    [InlineData("pipe")]
    public async Task List_PlantedManifestCopy_IsReplacedAndItsTargetUntouched(string plant)
    {
        UnixFiles.SkipElsewhere();
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        fixture.Server.Answer = context => ModelServer.SendAsync(context, File.ReadAllBytes(fixture.Manifest));
        var address = new Uri(fixture.Server.Address + "m.json");
        string copy = new ModelCache(new ZooOptions { CacheFolder = fixture.Cache }).ManifestCopyOf(address);
        string victim = Plant(fixture, plant, copy);
        ZooOptions options = fixture.Options with { Manifests = [address.AbsoluteUri] };
        await ScottModels.ListAsync(options).WaitAsync(Patience);
        AssertUntouched(fixture, victim);
        await ScottModels.ListAsync(options with { Offline = true }).WaitAsync(Patience);
    }

    [Fact]
    public async Task Verify_PipeUnderTheFilesName_IsMissing()
    {
        UnixFiles.SkipElsewhere();
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        Plant(fixture, "pipe", fixture.Target);
        ModelVerification found = await ScottModels.VerifyAsync(TinyModel.Id, fixture.Options).WaitAsync(Patience);
        Assert.Equal(FileCondition.Missing, Assert.Single(found.Files).Condition);
    }

    /// <returns>The file that must not change.</returns>
    private static string Plant(ZooFixture fixture, string plant, string path)
    {
        string victim = fixture.File("victim");
        File.WriteAllText(victim, "untouched");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        switch (plant)
        {
            case "link":
                File.CreateSymbolicLink(path, victim);
                break;
            case "dangling":
                File.CreateSymbolicLink(path, fixture.File("made"));
                break;
            case "pipe":
                UnixFiles.Pipe(path);
                break;
            default:
                UnixFiles.HardLink(victim, path);
                break;
        }

        return victim;
    }

    private static void AssertUntouched(ZooFixture fixture, string victim)
    {
        Assert.Equal("untouched", File.ReadAllText(victim));
        Assert.False(File.Exists(fixture.File("made")));
    }
}
