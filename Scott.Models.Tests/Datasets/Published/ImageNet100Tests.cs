using Scott.Models.Datasets;

namespace Scott.Models.Tests.Datasets;

public sealed class ImageNet100Tests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Open_TrainAndVal_NumbersClassesByTheirIds()
    {
        Write("train/n02012849/b.JPEG", "train/n02012849/a.JPEG", "train/n01440764/c.JPEG", "val/n01440764/d.JPEG", "val/n02012849/e.JPEG");
        ImageNet100 images = await OpenAsync();
        Assert.Equal(["n01440764", "n02012849"], images.Train.ClassNames);
        Assert.Equal(["c.JPEG", "a.JPEG", "b.JPEG"], DatasetAssert.FileNames(images.Train));
        Assert.Equal([0, 1, 1], DatasetAssert.Labels(images.Train));
        Assert.Equal(new DatasetSplits(images.Train, null, images.Val), images.Combine(SplitCombination.FullEvaluation));
        Assert.Equal(new DatasetSplits(images.All, images.Val, images.Val), images.Combine(SplitCombination.Full));
        Assert.Equal(["c.JPEG", "a.JPEG", "b.JPEG", "d.JPEG", "e.JPEG"], DatasetAssert.FileNames(images.All));
        Assert.Equal([0, 1, 1, 0, 1], DatasetAssert.Labels(images.All));
        Assert.Throws<ArgumentOutOfRangeException>(() => images.Combine(SplitCombination.Inverted));
        Assert.Throws<ArgumentOutOfRangeException>(() => images.All.NameOf(5));
    }

    [Fact]
    public async Task Open_ClassesSharedOut_JoinsThem()
    {
        WriteShares();
        Write("train.X1 copy/n01440764/old.JPEG", "train.Xtra/n01440764/old.JPEG");
        File.WriteAllText(_folder.File("Labels.json"), """{ "n01440764": "tench, Tinca tinca", "n99999999": "not here" }""");
        ImageNet100 images = await OpenAsync();
        Assert.Equal(["tench, Tinca tinca", "n01443537"], images.Val.ClassNames);
        Assert.Equal(["b.JPEG", "a.JPEG"], DatasetAssert.FileNames(images.Train));
        Assert.Equal([0, 1], DatasetAssert.Labels(images.Val));
    }

    [Fact]
    public async Task Open_TwoClassesOfOneName_ShowTheirIds()
    {
        WriteShares();
        File.WriteAllText(_folder.File("Labels.json"), """{ "n01440764": "crane", "n01443537": "crane" }""");
        Assert.Equal(["crane (n01440764)", "crane (n01443537)"], (await OpenAsync()).Train.ClassNames);
    }

    [Theory]
    [InlineData("{\n \"n01440764\": ", 2, "it is not JSON")]
    [InlineData("[1]", null, "it is not an object of WordNet ids")]
    [InlineData("{ \"n01440764\": 7 }", null, "it is not an object of WordNet ids")]
    public async Task Open_WrongNames_NamesFileAndLine(string json, int? line, string message)
    {
        WriteShares();
        File.WriteAllText(_folder.File("Labels.json"), json);
        await DatasetAssert.FailsAsync(OpenAsync, DatasetFault.MalformedText, _folder.File("Labels.json"), message, line);
    }

    [Fact]
    public async Task Open_NameGivenTwice_NamesFileAndLine()
    {
        WriteShares();
        File.WriteAllText(_folder.File("Labels.json"), "{\n \"n01440764\": \"a\",\n \"n01440764\": \"b\"\n}");
        await DatasetAssert.FailsAsync(
            OpenAsync, DatasetFault.DuplicateClass, _folder.File("Labels.json"), "the id 'n01440764' stands there twice", 3);
    }

    [Fact]
    public async Task Open_PartMissing_SaysWhich()
    {
        await DatasetAssert.FailsAsync(OpenAsync, DatasetFault.MissingFile, _folder.Path, "it lacks the folder train, or train.X");
        Write("train/n01440764/a.JPEG");
        await DatasetAssert.FailsAsync(OpenAsync, DatasetFault.MissingFile, _folder.Path, "it lacks the folder val, or val.X");
        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => ImageNet100.OpenAsync(_folder.File("nowhere")));
    }

    [Fact]
    public async Task Open_FolderThatIsNoId_NamesIt()
    {
        Write("train/goldfish/a.JPEG", "val/goldfish/a.JPEG");
        await DatasetAssert.FailsAsync(
            OpenAsync, DatasetFault.MalformedEntry, _folder.File("train"), "its folder 'goldfish' is not named by a WordNet id");
    }

    [Fact]
    public async Task Open_ClassInTwoFolders_NamesBoth()
    {
        WriteShares();
        Write("train.X2/n01443537/c.JPEG");
        await DatasetAssert.FailsAsync(
            OpenAsync, DatasetFault.DuplicateClass, _folder.File("train.X2"),
            $"the class 'n01443537' has a folder in '{_folder.File("train.X1")}' too");
    }

    [Fact]
    public async Task Open_ClassInOnePartOnly_NamesTheOther()
    {
        Write("train/n01440764/a.JPEG", "train/n01443537/a.JPEG", "val/n01440764/a.JPEG");
        await DatasetAssert.FailsAsync(OpenAsync, DatasetFault.EmptyClass, _folder.File("val"), "it has no folder n01443537, unlike");
        Write("val/n01443537/a.JPEG", "val/n01496331/a.JPEG");
        await DatasetAssert.FailsAsync(OpenAsync, DatasetFault.EmptyClass, _folder.File("train"), "it has no folder n01496331, unlike");
    }

    [Fact]
    public async Task Open_EmptyClassFolder_NamesIt()
    {
        Write("train/n01440764/a.JPEG", "val/n01440764/a.JPEG");
        Directory.CreateDirectory(_folder.File("train/n01443537"));
        DatasetException error = await Assert.ThrowsAsync<DatasetException>(OpenAsync);
        Assert.Contains("the class folders n01443537 hold no image", error.Message, StringComparison.Ordinal);
    }

    private void WriteShares() =>
        Write("train.X1/n01443537/a.JPEG", "train.X2/n01440764/b.JPEG", "val.X/n01440764/c.JPEG", "val.X/n01443537/d.JPEG");

    private void Write(params string[] names)
    {
        foreach (string path in names.Select(_folder.File))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, "not opened");
        }
    }

    private Task<ImageNet100> OpenAsync() => ImageNet100.OpenAsync(_folder.Path);
}
