using Scott.Models.Downloads;
using Scott.Models.Tests.Zoo;

namespace Scott.Models.Tests.Downloads;

/// <summary>An error about a dataset's folder used to advise moving the model cache and removing models.</summary>
public sealed class StorageAdviceTests
{
    [Fact]
    public async Task Download_DatasetOntoAFullDisk_DoesNotSpeakOfModels()
    {
        await using DatasetFixture fixture = await DatasetFixture.StartAsync();
        DownloadOptions full = DatasetFixture.Options with
        {
            WrapPartStream = stream => new FullDiskStream(
            stream, DatasetFixture.Packed.Length / 2)
        };
        StorageException error = await Assert.ThrowsAsync<StorageException>(() => fixture.DownloadAsync(options: full));
        Assert.Equal((StorageFault.DiskFull, fixture.PackedPath + ".part"), (error.Fault, error.Path));
        Assert.EndsWith("cannot be written completely. Free space and call again; downloads resume.", error.Message, StringComparison.Ordinal);
        await fixture.DownloadAsync();
        fixture.AssertWhole();
    }

    [Fact]
    public async Task Download_DatasetIntoAFolderThatCannotBeWritten_DoesNotSpeakOfModels()
    {
        await using DatasetFixture fixture = await DatasetFixture.StartAsync();
        await File.WriteAllTextAsync(fixture.Folder, "a file where a folder should be");
        StorageException error = await Assert.ThrowsAsync<StorageException>(() => fixture.DownloadAsync());
        Assert.Equal(StorageFault.NotWritable, error.Fault);
        Assert.EndsWith("Make the folder writable, or choose another.", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Options of the zoo are download options too; given to a dataset's download, they advise nothing about models either.</summary>
    [Fact]
    public async Task Download_DatasetWithOptionsOfTheZoo_DoesNotSpeakOfModels()
    {
        await using DatasetFixture fixture = await DatasetFixture.StartAsync();
        await File.WriteAllTextAsync(fixture.Folder, "a file where a folder should be");
        StorageException error = await Assert.ThrowsAsync<StorageException>(() => fixture.DownloadAsync(options: new Scott.Models.Zoo.ZooOptions()));
        Assert.EndsWith("Make the folder writable, or choose another.", error.Message, StringComparison.Ordinal);
    }
}
