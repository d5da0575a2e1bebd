using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Scott.Models.Datasets;

namespace Scott.Models.Tests.Datasets;

/// <summary>Nothing is written outside the folder, whatever an archive's entries are called and whatever the folder holds.</summary>
public sealed class HostileArchiveTests : IDisposable
{
    private static readonly string[] Segments =
    [
        "", ".", "..", "...", " ", ". ", ".. ", "a", "A", "b.jpg", "a.", "a ", "c:", "C:x", "a:b", "nul", "CON.txt", "com1", "a\\b", "..\\x", "\\",
        "~", "-", "a\0b", "a\nb",
        "out", "out.part", ".part", ".b.jpg.part", "link", "pipe", "%2e%2e", "é", new string('x', 300),
    ];

    private readonly TemporaryFolder _folder = new();

    private string Archive => _folder.File("fetched");

    private string Target => _folder.File("box/out");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(".")]
    [InlineData("./")]
    [InlineData("././")]
    [InlineData("./.")]
    [InlineData("a/.")]
    [InlineData("a/")]
    [InlineData("a/..")]
    [InlineData("a/../b")]
    [InlineData("//")]
    [InlineData("//a")]
    [InlineData("/a")]
    [InlineData("..")]
    [InlineData(".. /a")]
    [InlineData("c:a")]
    [InlineData("C:/a")]
    [InlineData("a\\..\\..\\b")]
    public async Task Unpack_FileThatIsTheFolderOrOutside_IsRefusedAndTheSiblingStays(string name)
    {
        Prepare();
        Write(name, TarEntryType.RegularFile);
        Dictionary<string, string> before = Outside();
        DatasetArchiveException error = await Assert.ThrowsAsync<DatasetArchiveException>(() => UnpackAsync("a.tar"));
        Assert.Equal((DatasetArchiveFault.PathOutsideFolder, name), (error.Fault, error.Entry));
        Assert.Equal(before, Outside());
    }

    [Theory]
    [InlineData("a.")]
    [InlineData("a /b")]
    [InlineData("x/nul")]
    [InlineData("CON.jpg")]
    [InlineData("ab:stream")]
    [InlineData("a\tb")]
    [InlineData(".b.jpg.part")]
    [InlineData("a?b.jpg")]
    [InlineData("x/<b>")]
    [InlineData("a|b")]
    [InlineData("a*")]
    [InlineData("\"a\"")]
    public async Task Unpack_NameThatIsAnotherElsewhere_IsRefused(string name)
    {
        Write(name, TarEntryType.RegularFile);
        DatasetArchiveException error = await Assert.ThrowsAsync<DatasetArchiveException>(() => UnpackAsync("a.tar"));
        Assert.Equal((DatasetArchiveFault.UnsafeName, name), (error.Fault, error.Entry));
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    [InlineData(TarEntryType.Fifo)]
    [InlineData(TarEntryType.CharacterDevice)]
    [InlineData(TarEntryType.BlockDevice)]
    public async Task Unpack_EntryThatIsNoFile_IsRefused(TarEntryType type)
    {
        Write("a", type);
        DatasetArchiveException error = await Assert.ThrowsAsync<DatasetArchiveException>(() => UnpackAsync("a.tar"));
        Assert.Equal((DatasetArchiveFault.UnsupportedEntry, "a"), (error.Fault, error.Entry));
    }

    [Theory]
    [InlineData("link/a")]
    [InlineData("./link//a")]
    [InlineData("link/new/a")]
    public async Task Unpack_ThroughALinkInTheFolder_IsRefused(string name)
    {
        UnixFiles.SkipElsewhere();
        Prepare();
        Write(name, TarEntryType.RegularFile);
        Dictionary<string, string> before = Outside();
        DatasetArchiveException error = await Assert.ThrowsAsync<DatasetArchiveException>(() => UnpackAsync("a.tar"));
        Assert.Equal(DatasetArchiveFault.PathOutsideFolder, error.Fault);
        Assert.Contains("symbolic link", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, Outside());
    }

    [Fact]
    public async Task Unpack_LinkOrPipeUnderAFilesName_IsReplaced()
    {
        UnixFiles.SkipElsewhere();
        Prepare();
        Dictionary<string, string> before = Outside();
        foreach (string name in new[] { "file-link", "pipe" })
        {
            File.CreateSymbolicLink(ArchivePath.PartOf(Path.Combine(Target, name)), Path.Combine(_folder.Path, "box", "out.part"));
            Write(name, TarEntryType.RegularFile);
            await UnpackAsync("a.tar").WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Equal("content", await File.ReadAllTextAsync(Path.Combine(Target, name)));
        }

        Assert.Equal(before, Outside());
    }

    [Fact]
    public async Task Unpack_FileAndFolderOfOneName_IsATypedError()
    {
        Write(("a", TarEntryType.RegularFile), ("a/b", TarEntryType.RegularFile));
        Assert.Equal(DatasetArchiveFault.UnsafeName, (await Assert.ThrowsAsync<DatasetArchiveException>(() => UnpackAsync("a.tar"))).Fault);
        Directory.Delete(Target, recursive: true);
        Write(("a", TarEntryType.Directory), ("a", TarEntryType.RegularFile));
        Assert.Equal(DatasetArchiveFault.UnsafeName, (await Assert.ThrowsAsync<DatasetArchiveException>(() => UnpackAsync("a.tar"))).Fault);
    }

    /// <summary>Linux keeps both files; where the system takes them for one, that is an error and not a lost file.</summary>
    [Fact]
    public async Task Unpack_NamesThatDifferInCase_LoseNothing()
    {
        Write(("Img.jpg", TarEntryType.RegularFile), ("img.JPG", TarEntryType.RegularFile));
        Exception? error = await Record.ExceptionAsync(() => UnpackAsync("a.tar"));
        Assert.True(
            error is DatasetArchiveException { Fault: DatasetArchiveFault.UnsafeName } || Directory.GetFiles(Target).Length == 2, error?.ToString());
    }

    [Fact]
    public async Task Unpack_RootAndDoubledSlashes_AreTheSameFolder()
    {
        Write(
            ("./", TarEntryType.Directory),
            (".", TarEntryType.Directory),
            ("./jpg//1.jpg", TarEntryType.RegularFile),
            ("jpg/./2.jpg", TarEntryType.RegularFile));
        await UnpackAsync("a.tar");
        Assert.Equal(["1.jpg", "2.jpg"], Directory.GetFiles(Path.Combine(Target, "jpg")).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("a.tar", false)]
    [InlineData("a.TAR", false)]
    [InlineData("a.tar.gz", true)]
    [InlineData("a.tgz", true)]
    public async Task Unpack_EachKindOfTar_WritesItsFilesAndFindsACut(string name, bool isCompressed)
    {
        Write("jpg/1.jpg", TarEntryType.RegularFile);
        byte[] packed = await File.ReadAllBytesAsync(Archive);
        if (isCompressed)
        {
            using var zipped = new MemoryStream();
            using (var writer = new GZipStream(zipped, CompressionLevel.Fastest))
                writer.Write(packed);

            packed = zipped.ToArray();
        }

        await File.WriteAllBytesAsync(Archive, packed);
        Assert.True(Of(name).IsTar);
        await UnpackAsync(name);
        Assert.Equal("content", await File.ReadAllTextAsync(Path.Combine(Target, "jpg", "1.jpg")));
        await File.WriteAllBytesAsync(Archive, isCompressed ? packed[..^20] : packed[..1024]);
        Assert.Equal(DatasetArchiveFault.Corrupt, (await Assert.ThrowsAsync<DatasetArchiveException>(() => UnpackAsync(name))).Fault);
    }

    [Fact]
    public async Task Unpack_HostileNames_ChangeNothingOutside()
    {
        Prepare();
        Dictionary<string, string> before = Outside();
        var random = new Random(17);
        int refused = 0;
        for (int i = 0; i < 600; i++)
        {
            string name = (random.Next(8) == 0 ? "/" : string.Empty)
                + string.Join('/', Enumerable.Range(0, random.Next(1, 5)).Select(_ => Segments[random.Next(Segments.Length)]));
            TarEntryType type = random.Next(4) switch { 0 => TarEntryType.Directory, 1 => TarEntryType.SymbolicLink, _ => TarEntryType.RegularFile };
            if (!TryWrite(name, type))
                continue;

            Exception? error = await Record.ExceptionAsync(() => UnpackAsync("a.tar"));
            Assert.True(error is null or DatasetArchiveException or IOException, $"'{name}': {error}");
            refused += error is DatasetArchiveException ? 1 : 0;
            Assert.Equal(before, Outside());
        }

        Assert.InRange(refused, 100, 600);
    }

    private static DatasetArchive Of(string name) => new(name, new Uri("https://example.org/" + name), new string('0', 32), null);

    /// <summary>A folder with links and a pipe in it, and neighbors that must stay as they are.</summary>
    private void Prepare()
    {
        Directory.CreateDirectory(Target);
        Directory.CreateDirectory(_folder.File("box/out.neighbor"));
        foreach (string neighbor in new[] { "box/out.part", "box/.out.part", "box/a", "box/out.neighbor/a", "escaped" })
            File.WriteAllText(_folder.File(neighbor), "neighbor " + neighbor);

        if (!OperatingSystem.IsWindows())
        {
            Directory.CreateSymbolicLink(Path.Combine(Target, "link"), _folder.File("box/out.neighbor"));
            File.CreateSymbolicLink(Path.Combine(Target, "file-link"), _folder.File("box/out.part"));
            UnixFiles.Pipe(Path.Combine(Target, "pipe"));
        }
    }

    /// <summary>Everything in the test's folder but the archive and what is unpacked, with its content.</summary>
    private Dictionary<string, string> Outside() => Directory.EnumerateFileSystemEntries(_folder.Path, "*", new EnumerationOptions
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.None,
        ReturnSpecialDirectories = false,
    }).Where(path => path != Archive && path != Target && !path.StartsWith(Target + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        .Order(StringComparer.Ordinal).ToDictionary(path => path, path => File.Exists(path) ? File.ReadAllText(path) : "folder");

    private Task UnpackAsync(string name) => Of(name).UnpackAsync(Archive, Target);

    private bool TryWrite(string name, TarEntryType type)
    {
        try
        {
            Write(name, type);
            return true;
        }
        catch (ArgumentException)
        {
            // The writer takes no such name.
            return false;
        }
    }

    private void Write(string name, TarEntryType type) => Write((name, type));

    private void Write(params (string Name, TarEntryType Type)[] entries)
    {
        using FileStream file = File.Create(Archive);
        using var writer = new TarWriter(file);
        foreach ((string name, TarEntryType type) in entries)
        {
            var entry = new PaxTarEntry(type, name);
            if (type == TarEntryType.RegularFile)
                entry.DataStream = new MemoryStream(Encoding.ASCII.GetBytes("content"));
            else if (type is TarEntryType.SymbolicLink or TarEntryType.HardLink)
                entry.LinkName = _folder.Path;

            writer.WriteEntry(entry);
        }
    }
}
