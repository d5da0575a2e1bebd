using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Tests.Inference;

namespace Scott.Models.Tests.Datasets;

public sealed class DatasetFingerprintTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Save_AnyRecords_ReadsThemBack()
    {
        ImageRecord[] records =
        [
            new("a/ü.png", "b", new ImageContent(12, ulong.MaxValue)),
            new("a.png", null, ImageContent.Unknown),
            new("", "a", new ImageContent(1L << 40, 0)),
            new("c.png", "b", new ImageContent(0, 7)),
        ];
        DatasetFingerprint fingerprint = DatasetFingerprint.Pack(records);
        await fingerprint.SaveAsync(_folder.File("list"), TestContext.Current.CancellationToken);
        Assert.Equal(records, await DatasetFingerprint.ReadAsync(_folder.File("list"), fingerprint.Digest, TestContext.Current.CancellationToken));
        Assert.Null(await DatasetFingerprint.ReadAsync(_folder.File("list"), new string('0', 64), TestContext.Current.CancellationToken));
        Assert.Null(await DatasetFingerprint.ReadAsync(_folder.File("none"), fingerprint.Digest, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Read_AnyDamage_IsNoList()
    {
        DatasetFingerprint fingerprint = DatasetFingerprint.Pack(
            [.. Enumerable.Range(0, 40).Select(i => new ImageRecord($"{i}.png", "c", new ImageContent(i, (ulong)i)))]);
        await fingerprint.SaveAsync(_folder.File("list"), TestContext.Current.CancellationToken);
        byte[] whole = await File.ReadAllBytesAsync(_folder.File("list"), TestContext.Current.CancellationToken);
        for (int i = 0; i < whole.Length; i++)
        {
            byte[] damaged = i % 2 == 0 ? whole[..i] : [.. whole];
            if (i % 2 == 1)
                damaged[i] ^= 0x10;

            await File.WriteAllBytesAsync(_folder.File("list"), damaged, TestContext.Current.CancellationToken);
            IReadOnlyList<ImageRecord>? read = await DatasetFingerprint.ReadAsync(
                _folder.File("list"), fingerprint.Digest, TestContext.Current.CancellationToken);
            Assert.True(read is null || read.SequenceEqual(fingerprint.Records()), $"byte {i}");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(ImageContent.WholeBytes)]
    [InlineData(ImageContent.WholeBytes + 1)]
    [InlineData(5 * ImageContent.WholeBytes)]
    public void Content_OfAFile_ChangesWithItsEndsItsMiddleAndItsLength(int length)
    {
        string path = _folder.File("a.bin");
        byte[] bytes = new byte[length];
        ImageContent Of(byte[] content)
        {
            File.WriteAllBytes(path, content);
            return ImageContent.Of(path);
        }

        ImageContent first = Of(bytes);
        Assert.Equal(first, Of([.. bytes]));
        Assert.NotEqual(first, Of([.. bytes, 0]));
        foreach (int at in new[] { 0, length / 2, length - 1 }.Where(at => at >= 0 && at < length))
        {
            byte[] other = [.. bytes];
            other[at] = 1;
            Assert.NotEqual(first, Of(other));
        }
    }

    [Fact]
    public async Task Create_PipesLinksAndMissingFiles_NeitherWaitsNorFails()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Only Unix has named pipes in folders.");
        string pipe = _folder.File("pipe.png");
        Assert.Equal(0, (await Processes.ChildProcess.RunAsync("mkfifo", [pipe])).ExitCode);
        File.CreateSymbolicLink(_folder.File("link.png"), pipe);
        ImageList list = ImageList.FromSources([pipe, _folder.File("link.png"), _folder.File("missing.png")]);
        IReadOnlyList<ImageRecord> records = (await CreateAsync(list)).Records();
        Assert.Equal([0, 0, -1], records.Select(record => record.Content.Bytes));
    }

    [Fact]
    public async Task Create_Streams_AreKnownByNameAndNotRead()
    {
        using var stream = new MemoryStream(DrawnImages.Draw(1).EncodePng());
        Assert.Equal(
            [new("one", null, ImageContent.Unknown), new ImageRecord("two", null, ImageContent.Unknown)],
            (await CreateAsync(new Streams(stream))).Records());
        Assert.Equal(0, stream.Position);
    }

    [Fact]
    public async Task Create_Canceled_EndsBetweenImages()
    {
        using var stop = new CancellationTokenSource();
        string path = DrawnImages.Save(_folder, 1);
        int seen = 0;
        ImageList list = ImageList.FromSources(Enumerable.Repeat((ImageSource)path, 10_000));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => DatasetFingerprint.CreateAsync(
            list,
            hasLabels: true,
            workers: 1,
            () =>
            {
                if (++seen == 3)
                    stop.Cancel();
            },
            stop.Token));
        Assert.InRange(seen, 3, 10);
    }

    [Fact]
    public async Task Create_EveryWrapper_KeepsRelativeNamesAndClasses()
    {
        foreach (string name in new[] { "one/a/1.png", "one/b/2.png", "two/b/1.png" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(name))!);
            await DrawnImages.Draw(name.Length).SavePngAsync(_folder.File(name), TestContext.Current.CancellationToken);
        }

        var both = new ConcatenatedDataset(ImageFolder.OpenLabeled(_folder.File("one")), ImageFolder.OpenLabeled(_folder.File("two")));
        IImageDataset wrapped = new DatasetSubset(LabeledClasses.Align(["c", "b", "a"], both, "them"), [2, 0]);
        Assert.Equal([("b/1.png", "b"), ("a/1.png", "a")], (await CreateAsync(wrapped)).Records().Select(record => (record.Name, record.Class)));
        Assert.Equal($"{_folder.File("one")} + {_folder.File("two")}", wrapped.Name);
    }

    [Fact]
    public void RelativePaths_FilesOfSeveralFolders_BeginAtTheFolderThatTheyShare()
    {
        string root = _folder.Path;
        Assert.Equal(root, RelativePaths.CommonFolder([_folder.File("ab/1"), _folder.File("abc/2")]));
        Assert.Equal(_folder.File("ab"), RelativePaths.CommonFolder([_folder.File("ab/1"), _folder.File("ab/x/2")]));
        Assert.Equal(Path.GetPathRoot(root), RelativePaths.CommonFolder([_folder.File("a"), Path.Combine(Path.GetPathRoot(root)!, "b")]));
        Assert.Equal("x/2", RelativePaths.Of(root, _folder.File("x/2")));
    }

    private static Task<DatasetFingerprint> CreateAsync(IImageDataset dataset) =>
        DatasetFingerprint.CreateAsync(dataset, hasLabels: true, workers: 2, () => { }, TestContext.Current.CancellationToken);

    /// <summary>An app's own dataset, which makes each source from a stream.</summary>
    private sealed class Streams(Stream stream) : IImageDataset
    {
        public int Count => 2;

        public IReadOnlyList<string> ClassNames => [];

        public string NameOf(int index) => index == 0 ? "one" : "two";

        public ImageSource SourceOf(int index) => ImageSource.FromStream(stream, NameOf(index));

        public int? LabelOf(int index) => null;
    }
}
