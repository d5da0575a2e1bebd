using Scott.Models.Datasets;

namespace Scott.Models.Tests.Datasets;

public sealed class OxfordPetsTests : IDisposable
{
    private const string TrainVal = "annotations/trainval.txt";
    private const string Test = "annotations/test.txt";
    private const string All = "annotations/list.txt";

    private readonly TemporaryFolder _folder = new();

    public OxfordPetsTests()
    {
        Directory.CreateDirectory(_folder.File("images"));
        Directory.CreateDirectory(_folder.File("annotations"));
        foreach (string name in new[] { "Bombay_1", "Bombay_2", "great_dane_10", "great_dane_11" })
            File.WriteAllText(_folder.File($"images/{name}.jpg"), "not opened");

        // As in the published files, a MATLAB file lies among the images.
        File.WriteAllText(_folder.File("images/Bombay_1.mat"), "not opened");
        Write(TrainVal, "great_dane_10 2 2 1\nBombay_1 1 1 1\n");
        Write(Test, "Bombay_2 1 1 1\ngreat_dane_11 2 2 1\n");
        Write(
            All, "#Image CLASS-ID SPECIES BREED ID\n#ID: 1:37 Class ids\nBombay_1 1 1 1\nBombay_2 1 1 1\ngreat_dane_10 2 2 1\ngreat_dane_11 2 2 1\n");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Open_OfficialFiles_GivesTheLists()
    {
        OxfordPets pets = await OpenAsync();
        Assert.Equal(["Bombay", "great_dane"], pets.TrainVal.ClassNames);
        Assert.Equal(["great_dane_10.jpg", "Bombay_1.jpg"], DatasetAssert.FileNames(pets.TrainVal));
        Assert.Equal([1, 0], DatasetAssert.Labels(pets.TrainVal));
        Assert.Equal(["Bombay_2.jpg", "great_dane_11.jpg"], DatasetAssert.FileNames(pets.Test));
        Assert.Equal(["Bombay_1.jpg", "Bombay_2.jpg", "great_dane_10.jpg", "great_dane_11.jpg"], DatasetAssert.FileNames(pets.All));
        Assert.True(File.Exists(pets.All.NameOf(3)));
    }

    [Fact]
    public async Task Combine_PapersExperiments_GivesTheirParts()
    {
        OxfordPets pets = await OpenAsync();
        Assert.Equal(new DatasetSplits(pets.TrainVal, null, pets.Test), pets.Combine(SplitCombination.Official));
        Assert.Equal(new DatasetSplits(pets.All, null, pets.Test), pets.Combine(SplitCombination.Full));
        Assert.Equal(new DatasetSplits(pets.TrainVal, null, pets.Test), pets.Combine(SplitCombination.FullEvaluation));
        Assert.Throws<ArgumentOutOfRangeException>(() => pets.Combine(SplitCombination.Inverted));
    }

    [Fact]
    public async Task Open_WindowsLineEndsAndBlankLines_AreNothing()
    {
        Write(TrainVal, "\r\ngreat_dane_10 2 2 1\r\n\r\n  Bombay_1  1 1 1 \r\n");
        Assert.Equal(["great_dane_10.jpg", "Bombay_1.jpg"], DatasetAssert.FileNames((await OpenAsync()).TrainVal));
    }

    [Theory]
    [InlineData("Bombay_1 1 1", DatasetFault.MalformedEntry, "it is 'Bombay_1 1 1'; expected a name and three numbers")]
    [InlineData("Bombay_1 one 1 1", DatasetFault.MalformedEntry, "expected a name and three numbers")]
    [InlineData("Bombay 1 1 1", DatasetFault.MalformedEntry, "the name is 'Bombay'; expected that of the class")]
    [InlineData("../Bombay_1 1 1 1", DatasetFault.MalformedEntry, "the name is '../Bombay_1'")]
    [InlineData("Bombay_1 0 1 1", DatasetFault.LabelOutOfRange, "the class is 0; expected a number from 1 to 37")]
    [InlineData("Bombay_1 38 1 1", DatasetFault.LabelOutOfRange, "the class is 38")]
    [InlineData("great_dane_10 2 2 1", DatasetFault.DuplicateEntry, "'great_dane_10' is also in line 1")]
    [InlineData("Bombay_7 1 1 1", DatasetFault.MissingImage, "does not exist. Unpack images.tar.gz again")]
    [InlineData("Bombay_1 2 1 1", DatasetFault.DuplicateClass, "class 2 is 'Bombay' here and 'great_dane' above")]
    [InlineData("great_dane_11 3 1 1", DatasetFault.DuplicateClass, "'great_dane' is class 3 here and 2 above")]
    public async Task Open_WrongLine_NamesFileAndLine(string line, DatasetFault fault, string message)
    {
        Write(TrainVal, $"great_dane_10 2 2 1\n\n{line}\n");
        await FailsAsync(fault, TrainVal, message, 3);
    }

    [Fact]
    public async Task Open_ImageInBothParts_NamesFileAndLine()
    {
        Write(Test, "Bombay_2 1 1 1\ngreat_dane_10 2 2 1\n");
        await FailsAsync(DatasetFault.DuplicateEntry, Test, "'great_dane_10' is also in line 1 of ", 2);
    }

    [Fact]
    public async Task Open_ClassWithoutImages_NamesTheList()
    {
        Write(Test, "Bombay_2 1 1 1\n");
        await FailsAsync(DatasetFault.EmptyClass, Test, "of its split test the class has no image: great_dane");
        Write(TrainVal, "Bombay_1 1 1 1\n");
        Write(All, "Bombay_1 1 1 1\nBombay_2 1 1 1\ngreat_dane_10 3 2 1\n");
        await FailsAsync(DatasetFault.EmptyClass, All, "no image is of class 2; expected some of each from 1 to 3");
    }

    [Fact]
    public async Task Open_EmptyList_IsNoImages()
    {
        Write(TrainVal, "# nothing\n");
        await FailsAsync(DatasetFault.NoImages, TrainVal, "it lists no image");
    }

    [Fact]
    public async Task Open_OtherEncoding_IsMalformedText()
    {
        await File.WriteAllBytesAsync(_folder.File(Test), [0xff, 0xfe, 0x42, 0xff]);
        await File.WriteAllBytesAsync(_folder.File(TrainVal), [0x42, 0xe9, 0x5f]);
        await FailsAsync(DatasetFault.MalformedText, TrainVal, "it is not UTF-8 text");
        await File.WriteAllBytesAsync(_folder.File(TrainVal), [0xef, 0xbb, 0xbf, 0x42, 0xe9, 0x5f]);
        await FailsAsync(DatasetFault.MalformedText, TrainVal, "it is not UTF-8 text");
    }

    [Fact]
    public async Task Open_FileMissing_SaysWhich()
    {
        File.Delete(_folder.File(All));
        await DatasetAssert.FailsAsync(
            OpenAsync, DatasetFault.MissingFile, _folder.Path, "it lacks annotations/list.txt; expected Oxford-IIIT Pets there");
    }

    private void Write(string file, string text) => File.WriteAllText(_folder.File(file), text);

    private Task<OxfordPets> OpenAsync() => OxfordPets.OpenAsync(_folder.Path);

    private Task FailsAsync(DatasetFault fault, string file, string message, int? line = null) =>
        DatasetAssert.FailsAsync(OpenAsync, fault, _folder.File(file), message, line);
}
