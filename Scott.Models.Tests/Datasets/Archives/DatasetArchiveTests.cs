using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Scott.Models.Datasets;

namespace Scott.Models.Tests.Datasets;

public sealed class DatasetArchiveTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Archive => _folder.File("fetched");

    private string Target => _folder.File("out");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Verify_SameBytes_Reports()
    {
        byte[] bytes = new byte[(1 << 20) + 17];
        await File.WriteAllBytesAsync(Archive, bytes);
        var reports = new List<ArchiveProgress>();
        await Of("a.tgz", bytes).VerifyAsync(Archive, new Listener(reports.Add));
        Assert.Equal([1 << 20, bytes.Length], reports.Select(report => report.CompletedBytes));
        Assert.All(reports, report => Assert.Equal(bytes.Length, report.TotalBytes));
        Assert.Equal(TimeSpan.Zero, reports[^1].Remaining);
    }

    [Fact]
    public async Task Verify_OtherLength_SaysBoth()
    {
        await File.WriteAllBytesAsync(Archive, [1, 2, 3]);
        DatasetArchiveException error = await Assert.ThrowsAsync<DatasetArchiveException>(() => Of("a.tgz", [1, 2, 3, 4]).VerifyAsync(Archive));
        Assert.Equal((DatasetArchiveFault.WrongSize, Archive), (error.Fault, error.Name));
        Assert.Contains(
            "it has 3 bytes; expected the 4 of a.tgz. Fetch it again from https://example.org/a.tgz", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_OtherSum_SaysBoth()
    {
        await File.WriteAllBytesAsync(Archive, [1, 2, 3]);
        DatasetArchive expected = Of("a.tgz", [1, 2, 4]);
        DatasetArchiveException error = await Assert.ThrowsAsync<DatasetArchiveException>(() => expected.VerifyAsync(Archive));
        Assert.Equal((DatasetArchiveFault.WrongChecksum, expected.Md5), (error.Fault, error.ExpectedMd5));
        Assert.Equal("5289df737df57326fcdd22597afb1fac", error.ActualMd5);
        await (Of("a.tgz", [1, 2, 3]) with { Bytes = null }).VerifyAsync(Archive);
    }

    [Fact]
    public async Task Verify_NoFileOrCanceled_Throws()
    {
        await Assert.ThrowsAsync<FileNotFoundException>(() => Of("a.tgz", []).VerifyAsync(Archive));
        await File.WriteAllBytesAsync(Archive, [1]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Of("a.tgz", [1]).VerifyAsync(Archive, null, new CancellationToken(true)));
    }

    [Fact]
    public async Task Unpack_Tar_WritesItsFiles()
    {
        Write(("jpg/", null), ("jpg/1.jpg", "one"), ("./jpg/deep/2.jpg", "two"), ("empty", ""));
        var reports = new List<ArchiveProgress>();
        await UnpackAsync(new Listener(reports.Add));
        Assert.Equal(["empty", "jpg/1.jpg", "jpg/deep/2.jpg"], Files());
        Assert.Equal("two", await File.ReadAllTextAsync(Path.Combine(Target, "jpg/deep/2.jpg")));
        Assert.Equal([0, 1, 2, 3], reports.Select(report => report.Files));
        Assert.Equal(new FileInfo(Archive).Length, reports[^1].TotalBytes);
    }

    /// <summary>A name of 255 bytes is legal, but its part file's name was once longer.</summary>
    [Theory]
    [InlineData(250)]
    [InlineData(255)]
    public async Task Unpack_LongestNames_AreWritten(int length)
    {
        string name = new string('x', length - 4) + ".jpg";
        Write((name, "one"));
        await UnpackAsync();
        Assert.Equal([name], Files());
    }

    [Fact]
    public async Task Unpack_Again_MendsWhatIsThere()
    {
        Write(("jpg/1.jpg", "one"));
        Directory.CreateDirectory(Path.Combine(Target, "jpg"));
        await File.WriteAllTextAsync(Path.Combine(Target, "jpg/1.jpg"), "half");
        await UnpackAsync();
        await UnpackAsync();
        Assert.Equal("one", await File.ReadAllTextAsync(Path.Combine(Target, "jpg/1.jpg")));
        Assert.Equal(["jpg/1.jpg"], Files());
    }

    [Fact]
    public async Task Unpack_FileThatIsNoTar_IsCopied()
    {
        await File.WriteAllTextAsync(Archive, "as it is");
        await Of("setid.mat", []).UnpackAsync(Archive, Target);
        Assert.Equal("as it is", await File.ReadAllTextAsync(Path.Combine(Target, "setid.mat")));
        await Of("setid.mat", []).UnpackAsync(Path.Combine(Target, "setid.mat"), Target);
        Assert.Equal("as it is", await File.ReadAllTextAsync(Path.Combine(Target, "setid.mat")));
    }

    [Theory]
    [InlineData("../escaped.txt")]
    [InlineData("jpg/../../escaped.txt")]
    [InlineData("/escaped.txt")]
    [InlineData("..\\escaped.txt")]
    [InlineData("jpg/..")]
    public async Task Unpack_PathThatLeadsOut_WritesNothingThere(string name)
    {
        Write(("first.txt", "kept"), (name, "out"));
        DatasetArchiveException error = await Assert.ThrowsAsync<DatasetArchiveException>(() => UnpackAsync());
        Assert.Equal((DatasetArchiveFault.PathOutsideFolder, name), (error.Fault, error.Entry));
        Assert.Equal(["first.txt"], Files());
        Assert.False(File.Exists(_folder.File("escaped.txt")));
        Assert.False(File.Exists("/escaped.txt"));
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    public async Task Unpack_Link_IsRefused(TarEntryType type)
    {
        WriteTar(writer => writer.WriteEntry(new PaxTarEntry(type, "jpg") { LinkName = _folder.Path }));
        DatasetArchiveException error = await Assert.ThrowsAsync<DatasetArchiveException>(() => UnpackAsync());
        Assert.Equal((DatasetArchiveFault.UnsupportedEntry, "jpg"), (error.Fault, error.Entry));
    }

    [Fact]
    public async Task Unpack_DamagedOrCut_IsCorrupt()
    {
        Write(("jpg/1.jpg", new string('x', 5000)), ("jpg/2.jpg", "two"));
        byte[] whole = await File.ReadAllBytesAsync(Archive);
        await FailsAsync(whole[..^20]);
        await FailsAsync(whole[..20]);
        byte[] wrongSum = [.. whole];
        wrongSum[^5] ^= 1;
        await FailsAsync(wrongSum);
        await FailsAsync([.. "no archive at all, but a page that says that there is none"u8]);
        await FailsAsync([]);
    }

    [Fact]
    public async Task Unpack_CutAnywhere_IsFoundUnlessAllIsThere()
    {
        string[] texts = ["one", new string('\0', 2000), "three"];
        Write(("1.jpg", texts[0]), ("2.jpg", texts[1]), ("3.jpg", texts[2]));
        byte[] whole = await File.ReadAllBytesAsync(Archive);
        for (int length = 0; length < whole.Length; length++)
        {
            await File.WriteAllBytesAsync(Archive, whole[..length]);
            if (Directory.Exists(Target))
                Directory.Delete(Target, recursive: true);

            Exception? error = await Record.ExceptionAsync(() => UnpackAsync());
            Assert.True(error is null or DatasetArchiveException { Fault: DatasetArchiveFault.Corrupt }, $"Cut to {length} bytes: {error}");
            if (error is null)
            {
                Assert.Equal(["1.jpg", "2.jpg", "3.jpg"], Files());
                Assert.Equal(texts, Files().Select(name => File.ReadAllText(Path.Combine(Target, name))));
            }
        }
    }

    [Fact]
    public async Task Unpack_Canceled_LeavesNoPartOfAFile()
    {
        Write(("1.jpg", "one"), ("2.jpg", "two"));
        using var cancellation = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Of("a.tar.gz", []).UnpackAsync(Archive, Target, new Listener(_ => cancellation.Cancel()), cancellation.Token));
        Assert.Equal(["1.jpg"], Files());
    }

    private static DatasetArchive Of(string fileName, byte[] bytes) =>
        new(
            fileName,
            new Uri("https://example.org/" + fileName),
            Convert.ToHexStringLower(CryptographicOperations.HashData(HashAlgorithmName.MD5, bytes)),
            bytes.Length);

    private Task UnpackAsync(IProgress<ArchiveProgress>? progress = null) => Of("a.tgz", []).UnpackAsync(Archive, Target, progress);

    private string[] Files() =>
    [
        .. Directory.EnumerateFiles(Target, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Target, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal),
    ];

    private void Write(params (string Name, string? Text)[] entries) => WriteTar(writer =>
    {
        foreach ((string name, string? text) in entries)
        {
            writer.WriteEntry(text is null
                ? new PaxTarEntry(TarEntryType.Directory, name)
                : new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
        }
    });

    private void WriteTar(Action<TarWriter> write)
    {
        using FileStream file = File.Create(Archive);
        using var zipped = new GZipStream(file, CompressionLevel.Fastest);
        using var writer = new TarWriter(zipped);
        write(writer);
    }

    private async Task FailsAsync(byte[] bytes)
    {
        await File.WriteAllBytesAsync(Archive, bytes);
        DatasetArchiveException error = await Assert.ThrowsAsync<DatasetArchiveException>(() => UnpackAsync());
        Assert.Equal((DatasetArchiveFault.Corrupt, Archive), (error.Fault, error.Name));
    }

    private sealed class Listener(Action<ArchiveProgress> listen) : IProgress<ArchiveProgress>
    {
        public void Report(ArchiveProgress value) => listen(value);
    }
}
