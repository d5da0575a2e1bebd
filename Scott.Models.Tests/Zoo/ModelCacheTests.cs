using Scott.Models.Zoo;

namespace Scott.Models.Tests.Zoo;

public sealed class ModelCacheTests
{
    [Fact]
    public async Task ListCache_Models_AreListedWithTheirSizes()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        Assert.Empty(ScottModels.ListCache(fixture.Options));
        await fixture.DownloadAsync();
        CachedModel model = Assert.Single(ScottModels.ListCache(fixture.Options));
        Assert.Equal((TinyModel.Id, TinyModel.Revision, (long)TinyModel.Bytes.Length), (model.Id, model.Revision, model.Bytes));
        Assert.Equal(new CachedFile(TinyModel.FileName, fixture.Target, TinyModel.Bytes.Length, IsPartial: false), Assert.Single(model.Files));
    }

    [Fact]
    public async Task Verify_EveryCondition_IsFound()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        Assert.Equal(FileCondition.Missing, await ConditionAsync(fixture));
        await fixture.DownloadAsync();
        Assert.Equal(FileCondition.Sound, await ConditionAsync(fixture));
        await File.WriteAllBytesAsync(fixture.Target, TinyModel.Spoiled());
        Assert.Equal(FileCondition.WrongHash, await ConditionAsync(fixture));
        await File.WriteAllBytesAsync(fixture.Target, TinyModel.Bytes[..10]);
        Assert.Equal(FileCondition.WrongLength, await ConditionAsync(fixture));
        Assert.Single(fixture.Server.Requests);
    }

    [Fact]
    public async Task Remove_Model_FreesItsBytes()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        await fixture.DownloadAsync();
        Assert.Equal(0, await ScottModels.RemoveAsync(TinyModel.Id, fixture.Options with { Revision = "other" }));
        Assert.Equal(TinyModel.Bytes.Length, await ScottModels.RemoveAsync(TinyModel.Id, fixture.Options));
        Assert.Empty(ScottModels.ListCache(fixture.Options));
        Assert.Equal(0, await ScottModels.RemoveAsync(TinyModel.Id, fixture.Options));
        await fixture.DownloadAsync();
        fixture.AssertWhole();
    }

    [Theory]
    [InlineData("../..")]
    [InlineData("/etc")]
    [InlineData("a/b")]
    public async Task Remove_PathForAName_IsRefused(string id) => await Assert.ThrowsAsync<ArgumentException>(() => ScottModels.RemoveAsync(id));

    [Fact]
    public async Task Import_AnyFolder_BringsTheFilesOfKnownModels()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        string usb = fixture.File("usb");
        Directory.CreateDirectory(Path.Combine(usb, "some", "where"));
        await File.WriteAllBytesAsync(Path.Combine(usb, "some", "where", "renamed.bin"), TinyModel.Bytes);
        await File.WriteAllBytesAsync(Path.Combine(usb, TinyModel.FileName), TinyModel.Spoiled());
        ZooOptions offline = fixture.Options with { Offline = true };
        CachedModel model = Assert.Single(await ScottModels.ImportAsync(usb, offline));
        Assert.Equal((TinyModel.Id, TinyModel.Revision), (model.Id, model.Revision));
        fixture.AssertWhole();
        await ScottModel.FromPretrainedAsync(TinyModel.Id, offline);
        Assert.Equal(0, fixture.Server.Connections);
    }

    [Fact]
    public async Task Import_FolderWithLinksToFoldersAbove_Ends()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        string usb = Directory.CreateDirectory(fixture.File("usb")).FullName;
        for (int i = 0; i < 3; i++)
            Directory.CreateSymbolicLink(Path.Combine(usb, $"up {i}"), usb);

        await File.WriteAllBytesAsync(Path.Combine(usb, "model.bin"), TinyModel.Bytes);
        Assert.Single(await ScottModels.ImportAsync(usb, fixture.Options).WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task Import_FilesThatCannotBeRead_AreSkippedAndNamed()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        string usb = Directory.CreateDirectory(fixture.File("usb")).FullName;
        string locked = Path.Combine(usb, "a.bin");
        string lockedPointer = Path.Combine(usb, TinyModel.FileName); // A known name: its start is read, to tell a Git LFS pointer.
        await File.WriteAllBytesAsync(locked, TinyModel.Bytes);
        await File.WriteAllBytesAsync(lockedPointer, new byte[10]);
        using (File.Open(locked, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        using (File.Open(lockedPointer, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            ModelUnavailableException error = await Assert.ThrowsAsync<ModelUnavailableException>(
                () => ScottModels.ImportAsync(usb, fixture.Options));
            Assert.Contains("a.bin' (cannot be read: ", error.Message, StringComparison.Ordinal);
            Assert.Contains($"{TinyModel.FileName}' (cannot be read: ", error.Message, StringComparison.Ordinal);
            await File.WriteAllBytesAsync(Path.Combine(usb, "b.bin"), TinyModel.Bytes);
            Assert.Single(await ScottModels.ImportAsync(usb, fixture.Options));
        }
    }

    [Fact]
    public async Task Import_FolderWithoutKnownFiles_NamesThoseThatAreNearlySo()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        string usb = Directory.CreateDirectory(fixture.File("usb")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(usb, TinyModel.FileName), TinyModel.Spoiled());
        ModelUnavailableException error = await Assert.ThrowsAsync<ModelUnavailableException>(() => ScottModels.ImportAsync(usb, fixture.Options));
        Assert.Equal(ModelUnavailableFault.NotInFolder, error.Fault);
        Assert.Contains(TinyModel.Hash(TinyModel.Spoiled()), error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => ScottModels.ImportAsync(fixture.File("none"), fixture.Options));
    }

    [Fact]
    public async Task Download_FullDisk_IsATypedErrorAndTheNextResumes()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        int room = TinyModel.Bytes.Length / 2;
        ZooOptions full = fixture.Options with { WrapPartStream = stream => new FullDiskStream(stream, room) };
        StorageException error = await Assert.ThrowsAsync<StorageException>(() => fixture.DownloadAsync(full));
        Assert.Equal((StorageFault.DiskFull, fixture.Part), (error.Fault, error.Path));
        Assert.Contains("SCOTT_MODELS_CACHE", error.Message, StringComparison.Ordinal);
        fixture.AssertNotPublished();
        Assert.Single(fixture.Server.Requests);
        await fixture.DownloadAsync();
        fixture.AssertWhole();
    }

    /// <summary>Permissions do not bind a test that runs as root; a file where a folder is needed stops everybody.</summary>
    [Fact]
    public async Task Download_CacheThatCannotBeWritten_IsATypedError()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        string cache = Path.Combine(fixture.Manifest, "cache");
        StorageException error = await Assert.ThrowsAsync<StorageException>(
            () => fixture.DownloadAsync(fixture.Options with { CacheFolder = cache }));
        Assert.Equal(StorageFault.NotWritable, error.Fault);
        Assert.StartsWith(cache, error.Path, StringComparison.Ordinal);
        Assert.Contains("SCOTT_MODELS_CACHE", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, fixture.Server.Connections);
    }

    [Fact]
    public async Task FromPretrained_CacheThatIsReadOnlyAndFull_NeedsNoWriting()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        await fixture.DownloadAsync();
        Directory.Delete(Path.Combine(fixture.Cache, ".locks"), recursive: true);
        await File.WriteAllTextAsync(Path.Combine(fixture.Cache, ".locks"), "no lock can be made here");
        await ScottModel.FromPretrainedAsync(TinyModel.Id, fixture.Options);
    }

    private static async Task<FileCondition> ConditionAsync(ZooFixture fixture)
    {
        ModelVerification found = await ScottModels.VerifyAsync(TinyModel.Id, fixture.Options);
        FileVerification file = Assert.Single(found.Files);
        Assert.Equal(fixture.Target, file.Path);
        Assert.Equal(file.Condition == FileCondition.Sound, found.IsSound);
        return file.Condition;
    }
}
