using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Tests.Inference;

namespace Scott.Models.Tests.Datasets;

public sealed class DatasetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_Folder_TakesImagesInOrder()
    {
        Write("b/2.PNG", "a/1.jpg", "0.webp", "notes.txt", "b/c/3.jpeg");
        ImageFolder all = ImageFolder.Open(_folder.Path);
        Assert.Equal(["0.webp", "a/1.jpg", "b/2.PNG", "b/c/3.jpeg"], Enumerable.Range(0, all.Count).Select(i => Relative(all.NameOf(i))));
        Assert.Empty(all.ClassNames);
        Assert.Null(all.LabelOf(2));
        Assert.Equal("0.webp", Relative(ImageFolder.Open(_folder.Path, isRecursive: false).NameOf(0)));
        Assert.Equal(all.NameOf(1), all.SourceOf(1).Name);
    }

    [Fact]
    public void OpenLabeled_Folders_AreTheClasses()
    {
        Write("roses/2.png", "roses/1.png", "daisy/deep/1.png");
        ImageFolder labeled = ImageFolder.OpenLabeled(_folder.Path);
        Assert.Equal(["daisy", "roses"], labeled.ClassNames);
        Assert.Equal([0, 1, 1], Enumerable.Range(0, 3).Select(i => labeled.LabelOf(i)!.Value));
    }

    [Fact]
    public void Members_IndexThatIsNotThere_AreArgumentErrors()
    {
        Write("roses/2.png", "roses/1.png");
        ImageFolder folder = ImageFolder.OpenLabeled(_folder.Path);
        ImageList list = ImageList.FromSources([folder.SourceOf(0), folder.SourceOf(1)]);
        var joined = new ConcatenatedDataset(folder, list);
        var subset = new DatasetSubset(folder, [1, 0], folder.ClassNames);
        foreach (IImageDataset dataset in new IImageDataset[] { folder, list, joined, subset })
        {
            foreach (int index in new[] { -1, dataset.Count, int.MaxValue })
            {
                Assert.Throws<ArgumentOutOfRangeException>("index", () => dataset.NameOf(index));
                Assert.Throws<ArgumentOutOfRangeException>("index", () => dataset.RelativeNameOf(index));
                Assert.Throws<ArgumentOutOfRangeException>("index", () => dataset.SourceOf(index));
                Assert.Throws<ArgumentOutOfRangeException>("index", () => dataset.LabelOf(index));
            }
        }
    }

    [Fact]
    public void Open_LinkToAFolderAbove_Ends()
    {
        Write("a/1.png");
        Directory.CreateSymbolicLink(_folder.File("a/up"), _folder.Path);
        Assert.Equal(1, ImageFolder.Open(_folder.Path).Count);
    }

    [Fact]
    public void Open_FoldersWhoseNamesBeginAlike_KeepsTheirImagesTogether()
    {
        // With the separator of another system, sorting would put a1 elsewhere.
        Write("a/2.png", "a1/1.png", "a/1.png", "a-b/1.png");
        ImageFolder all = ImageFolder.Open(_folder.Path);
        Assert.Equal(["a-b/1.png", "a/1.png", "a/2.png", "a1/1.png"], Enumerable.Range(0, all.Count).Select(i => Relative(all.NameOf(i))));
    }

    [Fact]
    public void OpenLabeled_HiddenFolder_IsNoClass()
    {
        // What file managers and notebooks leave behind.
        Write("roses/1.png", ".thumbnails/1.png", "roses/.thumbnails/1.png", "roses/._1.png", ".stray.png");
        if (OperatingSystem.IsWindows())
        {
            Write("System Volume Information/notes.txt");
            File.SetAttributes(_folder.File("System Volume Information"), FileAttributes.Hidden | FileAttributes.System);
        }

        ImageFolder labeled = ImageFolder.OpenLabeled(_folder.Path);
        Assert.Equal(["roses"], labeled.ClassNames);
        Assert.Equal((1, 1), (labeled.Count, ImageFolder.Open(_folder.Path).Count));
    }

    [Fact]
    public void Open_WithoutImages_SaysWhatIsMissing()
    {
        Assert.Throws<DirectoryNotFoundException>(() => ImageFolder.Open(_folder.File("nowhere")));
        Write("notes.txt");
        DatasetException error = Assert.Throws<DatasetException>(() => ImageFolder.Open(_folder.Path));
        Assert.Equal(_folder.Path, error.Name);
        Assert.Contains("it holds no image; expected .jpg", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OpenLabeled_WrongLayout_SaysWhatIsWrong()
    {
        Assert.Contains(
            "it has no folders", Assert.Throws<DatasetException>(() => ImageFolder.OpenLabeled(_folder.Path)).Message, StringComparison.Ordinal);
        Write("a/1.png", "b/notes.txt");
        Assert.Contains(
            "the class folders b hold no image",
            Assert.Throws<DatasetException>(() => ImageFolder.OpenLabeled(_folder.Path)).Message,
            StringComparison.Ordinal);
        Write("stray.png");
        Assert.Contains(
            "1 image lies beside the class folders: '",
            Assert.Throws<DatasetException>(() => ImageFolder.OpenLabeled(_folder.Path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void ImageList_Sources_KeepTheirOrder()
    {
        ImageList plain = ImageList.FromSources(["z.png", ImageSource.FromImage(DrawnImages.Draw(1), "drawn")]);
        Assert.Equal(["z.png", "drawn"], Enumerable.Range(0, plain.Count).Select(plain.NameOf));
        ImageList labeled = ImageList.FromLabeled([("1.png", "rose"), ("2.png", "daisy"), ("3.png", "rose")]);
        Assert.Equal(["daisy", "rose"], labeled.ClassNames);
        Assert.Equal([1, 0, 1], Enumerable.Range(0, 3).Select(i => labeled.LabelOf(i)!.Value));
        Assert.Throws<ArgumentException>(() => ImageList.FromSources([]));
    }

    /// <summary>Such a list was once accepted, and a second epoch then failed to read it.</summary>
    [Fact]
    public void ImageList_StreamsThatCanBeReadOnce_AreRefused()
    {
        var stream = ImageSource.FromStream(Stream.Null, "upload");
        Action[] lists =
        [
            () => ImageList.FromSources(["a.png", stream]),
            () => ImageList.FromLabeled([("a.png", "a"), (stream, "b")]),
            () => ImageList.FromMultiLabeled([("a.png", ["a"]), (stream, [])]),
        ];
        Assert.All(lists, list => Assert.StartsWith(
            "Item 1, counted from 0, is made from a stream, which can be read only once. Make it with ImageSource.FromStreamFactory.",
            Assert.Throws<ArgumentException>(list).Message,
            StringComparison.Ordinal));
    }

    [Fact]
    public void OpenLabeled_ManyEmptyFolders_NamesTheFirst()
    {
        for (int i = 0; i < 30; i++)
            Directory.CreateDirectory(_folder.File($"class{i:00}"));

        DatasetException error = Assert.Throws<DatasetException>(() => ImageFolder.OpenLabeled(_folder.Path));
        Assert.Contains("class18, class19 and 10 more hold no image.", error.Message, StringComparison.Ordinal);
        string[] names = [.. Enumerable.Range(0, 30).Select(i => $"{i:00}")];
        ArgumentException other = Assert.Throws<ArgumentException>(
            () => LabeledClasses.Align(names, ImageList.FromLabeled([("a.png", "x")]), "validation"));
        Assert.StartsWith("The classes are '00', '01', ", other.Message, StringComparison.Ordinal);
        Assert.Contains("'19' and 10 more, those of validation are 'x'; expected", other.Message, StringComparison.Ordinal);
    }

    private void Write(params string[] names)
    {
        foreach (string name in names)
        {
            string path = _folder.File(name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, "not opened");
        }
    }

    private string Relative(string path) => Path.GetRelativePath(_folder.Path, path).Replace('\\', '/');
}
