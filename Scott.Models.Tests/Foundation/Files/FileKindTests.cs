using Scott.Models.Foundation;

namespace Scott.Models.Tests.Foundation;

public sealed class FileKindTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Find_EveryKind_IsTold()
    {
        UnixFiles.SkipElsewhere();
        string file = Write("file");
        File.CreateSymbolicLink(_folder.File("link"), file);
        File.CreateSymbolicLink(_folder.File("dangling"), _folder.File("none"));
        Directory.CreateSymbolicLink(_folder.File("folder-link"), _folder.Path);
        UnixFiles.Pipe(_folder.File("pipe"));
        Assert.Equal(FileType.Regular, TypeOf("file", followLinks: false));
        Assert.Equal(FileType.Link, TypeOf("link", followLinks: false));
        Assert.Equal(FileType.Regular, TypeOf("link", followLinks: true));
        Assert.Equal(FileType.Link, TypeOf("dangling", followLinks: false));
        Assert.Null(TypeOf("dangling", followLinks: true));
        Assert.Equal(FileType.Link, TypeOf("folder-link", followLinks: false));
        Assert.Equal(FileType.Directory, TypeOf("folder-link", followLinks: true));
        Assert.Equal(FileType.Other, TypeOf("pipe", followLinks: false));
        Assert.Null(TypeOf("none", followLinks: false));
        Assert.Null(TypeOf("file/below", followLinks: false));
        Assert.Equal(FileType.Other, FileKind.Find("/dev/null", followLinks: false)?.Type);
        Assert.True(FileKind.IsRegular(_folder.File("link")));
        Assert.False(FileKind.IsRegular(_folder.File("pipe")));
        Assert.False(FileKind.IsRegular(_folder.Path));
    }

    [Fact]
    public void Find_HardLink_IsNotPlain()
    {
        UnixFiles.SkipElsewhere();
        string file = Write("file");
        Assert.True(FileKind.Find(file, followLinks: false)!.Value.IsPlain);
        UnixFiles.HardLink(file, _folder.File("second"));
        Assert.False(FileKind.Find(file, followLinks: false)!.Value.IsPlain);
        Assert.Equal(FileKind.Find(file, followLinks: false), FileKind.Find(_folder.File("second"), followLinks: false));
    }

    [Fact]
    public void Of_OpenFile_IsTheFileThatIsFound()
    {
        UnixFiles.SkipElsewhere();
        string file = Write("file");
        using FileStream stream = File.OpenRead(file);
        Assert.Equal(FileKind.Find(file, followLinks: false), FileKind.Of(stream.SafeFileHandle));
        Assert.NotEqual(FileKind.Find(Write("other"), followLinks: false), FileKind.Of(stream.SafeFileHandle));
    }

    [Fact]
    public void Open_LinkPipeOrHardLink_IsReplacedOrRefusedAndNeverWritten()
    {
        UnixFiles.SkipElsewhere();
        string victim = Write("victim");
        (string Name, Action<string> Plant)[] plants =
        [
            ("link", path => File.CreateSymbolicLink(path, victim)),
            ("dangling", path => File.CreateSymbolicLink(path, _folder.File("made"))),
            ("pipe", path => UnixFiles.Pipe(path)),
            ("second", path => UnixFiles.HardLink(victim, path)),
        ];
        foreach ((string name, Action<string> plant) in plants)
        {
            string path = _folder.File(name);
            plant(path);
            NotPlainFileException error = Assert.Throws<NotPlainFileException>(() => PlainFile.Open(path, FileShare.None, replaces: false));
            Assert.Contains($"'{path}' is a", error.Message, StringComparison.Ordinal);
            PlainFile.WriteAllBytes(path, "new"u8);
            Assert.Equal("new", File.ReadAllText(path));
        }

        Assert.Equal("victim", File.ReadAllText(victim));
        Assert.False(File.Exists(_folder.File("made")));
        Directory.CreateDirectory(_folder.File("folder"));
        Assert.Throws<NotPlainFileException>(() => PlainFile.Open(_folder.File("folder"), FileShare.None, replaces: true));
    }

    [Fact]
    public void Open_FileThatIsThere_KeepsItsContent()
    {
        string file = Write("file");
        using FileStream stream = PlainFile.Open(file, FileShare.None, replaces: true);
        Assert.Equal(4, stream.Length);
        Assert.Throws<IOException>(() => PlainFile.Open(file, FileShare.None, replaces: true));
    }

    [Fact]
    public async Task Read_PipeFolderOrLongFile_IsRefusedUnread()
    {
        UnixFiles.SkipElsewhere();
        await Assert.ThrowsAsync<NotPlainFileException>(() => PlainFile.ReadAsync(UnixFiles.Pipe(_folder.File("pipe")), 10, CancellationToken.None));
        await Assert.ThrowsAsync<NotPlainFileException>(() => PlainFile.ReadAsync(_folder.Path, 10, CancellationToken.None));
        IOException error = await Assert.ThrowsAsync<IOException>(() => PlainFile.ReadAsync(Write("file"), 3, CancellationToken.None));
        Assert.Equal("it has 4 bytes; expected at most 3.", error.Message);
        Assert.Equal("file"u8.ToArray(), (await PlainFile.ReadAsync(_folder.File("file"), 4, CancellationToken.None)).ToArray());
    }

    private string Write(string name)
    {
        File.WriteAllText(_folder.File(name), name);
        return _folder.File(name);
    }

    private FileType? TypeOf(string name, bool followLinks) => FileKind.Find(_folder.File(name), followLinks)?.Type;
}
