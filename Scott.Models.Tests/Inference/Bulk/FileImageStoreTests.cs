using Scott.Models.Inference;

namespace Scott.Models.Tests.Inference;

/// <summary>Folders and lists as inputs of a job.</summary>
public sealed class FileImageStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_AFolder_HasImagesAndArchivesInOrdinalOrder()
    {
        Directory.CreateDirectory(_folder.File("deep"));
        foreach (string name in (string[])["b.png", "a.JPG", "deep/c.tar", "notes.txt", ".hidden.png", "Z.TAR"])
            await File.WriteAllTextAsync(_folder.File(name), name, Cancellation);

        string[] keys = await new FileImageStore(_folder.Path).ListAsync(Cancellation).ToArrayAsync(Cancellation);
        Assert.Equal(["Z.TAR", "a.JPG", "b.png", "deep/c.tar"], keys);
    }

    [Fact]
    public async Task Open_WithARange_GivesItsBytes()
    {
        await File.WriteAllTextAsync(_folder.File("a.png"), "0123456789", Cancellation);
        var store = new FileImageStore(_folder.Path);
        Assert.Equal("0123456789", await ReadAsync(store, "a.png"));
        Assert.Equal("345", await ReadAsync(store, "a.png", 3, 3));
        Assert.Equal("89", await ReadAsync(store, "a.png", 8, 30));
        Assert.Equal("", await ReadAsync(store, "a.png", 30, 3));
    }

    [Fact]
    public async Task Open_NoFile_IsAnErrorThatNamesTheKeyAlone()
    {
        var store = new FileImageStore(_folder.Path);
        Directory.CreateDirectory(_folder.File("a.png"));
        IOException folder = await Assert.ThrowsAsync<IOException>(() => ReadAsync(store, "a.png"));
        Assert.Equal("'a.png' is a folder; expected a file.", folder.Message);
        FileNotFoundException none = await Assert.ThrowsAsync<FileNotFoundException>(() => ReadAsync(store, "b.png"));
        Assert.Equal("The file 'b.png' does not exist.", none.Message);
        await Assert.ThrowsAsync<IOException>(() => ReadAsync(store, "b\0.png"));
    }

    [Fact]
    public async Task FromList_TextAndCsv_TakeTheListsOwnFolder()
    {
        await File.WriteAllTextAsync(_folder.File("list.txt"), "a.png\r\n\nsub/b.tar\n/c.png", Cancellation);
        await File.WriteAllTextAsync(_folder.File("list.csv"), "path,label\na.png,cat\n\"b,c.png\",dog\n", Cancellation);
        string[] text = await KeysAsync("list.txt");
        Assert.Equal([_folder.File("a.png"), _folder.File("sub/b.tar"), "/c.png"], text);
        Assert.Equal([_folder.File("a.png"), _folder.File("b,c.png")], await KeysAsync("list.csv"));
        await File.WriteAllTextAsync(_folder.File("empty.csv"), "path\n", Cancellation);
        await Assert.ThrowsAsync<DatasetException>(() => KeysAsync("empty.csv"));
        await Assert.ThrowsAnyAsync<IOException>(() => KeysAsync("none.txt"));
    }

    public void Dispose() => _folder.Dispose();

    private async Task<string[]> KeysAsync(string name) =>
        await (await EmbeddingJobInputs.FromListAsync(_folder.File(name), Cancellation)).KeysAsync(Cancellation).ToArrayAsync(Cancellation);

    private static async Task<string> ReadAsync(FileImageStore store, string key, long offset = 0, long? length = null)
    {
        using var reader = new StreamReader(await store.OpenAsync(key, offset, length, Cancellation));
        return await reader.ReadToEndAsync(Cancellation);
    }
}
