using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Tests.Inference;

namespace Scott.Models.Tests.Datasets;

/// <summary>Images with several labels: from lists, from folders with links, through the datasets that wrap others.</summary>
public sealed class MultiLabelDatasetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("path,labels\na.jpg,dog|cat\nb.jpg,bird\nc.jpg,\n")]
    [InlineData("Labels;Path\r\ndog | cat;a.jpg\r\nbird;b.jpg\r\n;c.jpg\r\n")]
    [InlineData("path,label\na.jpg,dog;cat\nb.jpg,bird\nc.jpg,\"\"")]
    [InlineData("path|labels\na.jpg|dog;cat\nb.jpg|bird\nc.jpg|")]
    [InlineData("path,dog,bird,cat\na.jpg,1,0,1\nb.jpg,0,1,0\nc.jpg,0, 0 ,0\n")]
    [InlineData("dog;path;bird;cat\n1;a.jpg;0;1\n0;b.jpg;1;0\n0;c.jpg;0;0\n")]
    public async Task FromCsv_BothForms_GiveTheSameLabels(string text)
    {
        ImageList list = await ReadAsync(text);
        Assert.Equal(["bird", "cat", "dog"], list.ClassNames);
        Assert.Equal([_folder.File("a.jpg"), _folder.File("b.jpg"), _folder.File("c.jpg")], Enumerable.Range(0, 3).Select(list.NameOf));
        Assert.Equal([[1, 2], [0], []], Enumerable.Range(0, 3).Select(list.LabelsOf));
        Assert.True(list.IsMultiLabel);
        Assert.Null(list.LabelOf(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => list.LabelsOf(3));
    }

    [Fact]
    public async Task FromCsv_ColumnWithoutAnyImage_StaysALabel() =>
        Assert.Equal(["cat", "dog"], (await ReadAsync("path,dog,cat\na.jpg,0,1\n")).ClassNames);

    [Fact]
    public async Task FromCsv_SeparatorGiven_LeavesTheOtherInTheLabels() =>
        Assert.Equal(["cat;small", "dog"], (await ReadAsync("path,labels\na.jpg,cat;small|dog\n", '|')).ClassNames);

    [Theory]
    [InlineData("path,labels\na.jpg,cat|dog\nb.jpg,cat;dog\n", null, "labels have '|' in line 2 and ';' in line 3")]
    [InlineData("path,labels\na.jpg,cat||dog\n", 2, "a label of 'cat||dog' is empty")]
    [InlineData("path,labels\na.jpg,cat|\n", 2, "a label of 'cat|' is empty")]
    [InlineData("path,labels\na.jpg,cat|dog| cat\n", 2, "the label 'cat' occurs twice")]
    [InlineData("path,labels\na.jpg,cat\n./a.jpg,dog\n", 3, "'./a.jpg' is listed in line 2 already")]
    [InlineData("path,labels\nsub/a.jpg,cat\nsub\\a.jpg,dog\n", 3, "'sub\\a.jpg' is listed in line 2 already")]
    [InlineData("path,labels\n,cat\n", 2, "the path is empty")]
    [InlineData("path,labels\na.jpg\n", 2, "it has 1 column; expected 2")]
    [InlineData("path,cat,dog\na.jpg,1,2\n", 2, "the column 'dog' holds '2'; expected 0 or 1")]
    [InlineData("path,cat,dog\na.jpg,1,\n", 2, "the column 'dog' holds ''; expected 0 or 1")]
    [InlineData("path,cat,cat\na.jpg,1,1\n", 1, "the label 'cat' has two columns")]
    [InlineData("path,cat,\na.jpg,1,1\n", 1, "a column has no name")]
    [InlineData("path,labels,fold\na.jpg,cat,1\n", 1, "the header is 'path,labels,fold'; expected 'path,labels'")]
    [InlineData("a.jpg,cat|dog\n", 1, "the header is 'a.jpg,cat|dog'; expected 'path,labels'")]
    [InlineData("path\na.jpg\n", 1, "the header is 'path'; expected 'path,labels'")]
    [InlineData("path,path\na.jpg,b.jpg\n", 1, "the header is 'path,path'; expected 'path,labels'")]
    [InlineData("path,labels\n", null, "it lists no image")]
    [InlineData("", null, "it lists no image")]
    public async Task FromCsv_WrongFile_NamesFileAndLine(string text, int? line, string expected)
    {
        DatasetException error = await Assert.ThrowsAsync<DatasetException>(() => ReadAsync(text));
        Assert.Equal((_folder.File("list.csv"), line), (error.Name, error.Line));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FromCsv_UnknownSeparatorOrMissingFile_IsRefused()
    {
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(() => ReadAsync("path,labels\na.jpg,cat\n", '/'));
        Assert.StartsWith("The separator of labels is '/'; expected '|' or ';'.", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<FileNotFoundException>(() => ImageList.FromMultiLabelCsvAsync(
            _folder.File("none.csv"), cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task FromCsv_RandomlyDamagedText_GivesDatasetErrorsAlone()
    {
        const string text = "path,labels\r\n\"a.jpg\",cat|dog\r\nb.jpg,\"bird\"\r\nc.jpg,\r\n";
        const string columns = "path;cat;dog\na.jpg;1;0\nb.jpg;0;1\n";
        var random = new Random(3);
        int refused = 0;
        for (int i = 0; i < 2_000; i++)
        {
            char[] damaged = (i % 2 == 0 ? text : columns).ToCharArray();
            for (int changes = random.Next(1, 4); changes > 0; changes--)
                damaged[random.Next(damaged.Length)] = "\",;|\n\r\t01 apth="[random.Next(15)];

            try
            {
                ImageList list = await ReadAsync(new string(damaged)[..random.Next(1, damaged.Length + 1)]);
                Assert.All(Enumerable.Range(0, list.Count), index => Assert.All(
                    list.LabelsOf(index)!, label => Assert.InRange(label, 0, list.ClassNames.Count - 1)));
            }
            catch (DatasetException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 500, 1_999);
    }

    [Fact]
    public void FromMultiLabeled_LabelsThatAreNone_AreRefused()
    {
        ImageSource image = ImageSource.FromImage(DrawnImages.Draw(0));
        Assert.Throws<ArgumentException>(() => ImageList.FromMultiLabeled([]));
        Assert.Throws<ArgumentException>(() => ImageList.FromMultiLabeled([(image, null!)]));
        Assert.Throws<ArgumentException>(() => ImageList.FromMultiLabeled([(image, [" "])]));
        Assert.Throws<ArgumentException>(() => ImageList.FromMultiLabeled([(image, ["a", "a"])]));
    }

    [Fact]
    public void OpenMultiLabel_FileInSeveralFolders_IsOneImageWithTheirLabels()
    {
        UnixFiles.SkipElsewhere();
        Write("all/1.png", "labels/cat/1.png", "labels/dog/2.png", "labels/dog/copy.png");
        Link("labels/dog/one.png", "labels/cat/1.png");
        Link("labels/bird/again.png", "labels/dog/one.png"); // A link to a link.
        UnixFiles.HardLink(_folder.File("labels/dog/2.png"), _folder.File("labels/bird/2.png"));
        ImageFolder folder = ImageFolder.OpenMultiLabel(_folder.File("labels"));
        Assert.Equal(["bird", "cat", "dog"], folder.ClassNames);
        Assert.Equal(["bird/2.png", "bird/again.png", "dog/copy.png"], Enumerable.Range(0, folder.Count).Select(folder.RelativeNameOf));
        Assert.Equal([[0, 2], [0, 1, 2], [2]], Enumerable.Range(0, folder.Count).Select(folder.LabelsOf));
        Assert.Null(folder.LabelOf(2));
        Assert.Equal(6, ImageFolder.OpenLabeled(_folder.File("labels")).Count);
    }

    [Fact]
    public void OpenMultiLabel_LinksThatLeadNowhere_AreNamed()
    {
        UnixFiles.SkipElsewhere();
        Write("labels/cat/1.png");
        Link("labels/dog/a.png", "labels/dog/b.png");
        Link("labels/dog/b.png", "labels/dog/a.png");
        DatasetException error = Assert.Throws<DatasetException>(() => ImageFolder.OpenMultiLabel(_folder.File("labels")));
        Assert.Contains("a.png' is neither a file nor a link that leads to one", error.Message, StringComparison.Ordinal);
        File.Delete(_folder.File("labels/dog/a.png"));
        error = Assert.Throws<DatasetException>(() => ImageFolder.OpenMultiLabel(_folder.File("labels")));
        Assert.Contains("b.png' is neither a file nor a link that leads to one", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrappers_OfMultiLabelDatasets_PassTheLabelsOn()
    {
        ImageList first = Create(["b", "a"], [], ["c"]);
        ImageList second = Create(["d", "b"]);
        IImageDataset single = ImageList.FromLabeled([(ImageSource.FromImage(DrawnImages.Draw(9)), "a")]);
        IImageDataset unlabeled = ImageList.FromSources([ImageSource.FromImage(DrawnImages.Draw(8))]);
        var joined = new ConcatenatedDataset(first, second, single, unlabeled);
        Assert.Equal(["a", "b", "c", "d"], joined.ClassNames);
        Assert.Equal([[0, 1], [], [2], [1, 3], [0], null], Enumerable.Range(0, 6).Select(joined.LabelsOf));
        Assert.True(joined.IsMultiLabel);
        Assert.All(Enumerable.Range(0, 6), index => Assert.Null(joined.LabelOf(index)));

        IImageDataset aligned = LabeledClasses.Align(["d", "c", "b", "a"], first, "first");
        Assert.Equal([[2, 3], [], [1]], Enumerable.Range(0, 3).Select(aligned.LabelsOf));
        Assert.Equal(5, LabeledClasses.RemoveUnknown(joined).Count);
        DatasetException error = Assert.Throws<DatasetException>(() => LabeledClasses.RemoveUnlabeled(joined));
        Assert.Contains("several labels; expected one label for each. Call FineTuneMultiLabel", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LabelsOf_SingleLabelDataset_IsItsLabel()
    {
        IImageDataset single = ImageList.FromLabeled([(ImageSource.FromImage(DrawnImages.Draw(9)), "a")]);
        Assert.Equal([0], single.LabelsOf(0));
        Assert.False(single.IsMultiLabel);
        Assert.Null(((IImageDataset)ImageList.FromSources([ImageSource.FromImage(DrawnImages.Draw(8))])).LabelsOf(0));
    }

    [Fact]
    public async Task Inspect_MultiLabelDataset_CountsEveryLabel()
    {
        DatasetReport report = await Create(["b", "a"], [], ["b"]).InspectAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal([new ClassCount("a", 1), new ClassCount("b", 2)], report.Classes);
        Assert.Equal(0, report.UnlabeledCount);
    }

    [Theory]
    [InlineData(0.2, 1)]
    [InlineData(0.15, 2)]
    [InlineData(0.5, 3)]
    public void Stratified_ManyLabels_KeepTheirShares(double ratio, int seed)
    {
        var random = new Random(seed);
        string[] names = [.. Enumerable.Range(0, 12).Select(i => $"{i:00}")];
        ImageList images = Create([.. Enumerable.Range(0, 600).Select(_ =>
            names.Where((_, label) => random.NextDouble() < 0.02 + (0.03 * label)).ToArray())]);
        DatasetSplit split = DatasetSplit.Stratified(images, ratio, seed);
        Assert.Equal(600, split.Training.Count + split.Validation.Count);
        for (int label = 0; label < names.Length; label++)
        {
            (int training, int validation) = (CountOf(split.Training, label), CountOf(split.Validation, label));
            Assert.InRange(validation - (ratio * (training + validation)), -1, Math.Max(2, 0.05 * (training + validation)));
        }

        DatasetSplit again = DatasetSplit.Stratified(images, ratio, seed);
        Assert.Equal(
            Enumerable.Range(0, split.Validation.Count).Select(split.Validation.NameOf),
            Enumerable.Range(0, again.Validation.Count).Select(again.Validation.NameOf));
    }

    [Fact]
    public void Stratified_FewImagesOfEachLabel_LeavesOneOfEachInTraining()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            ImageList images = Create([.. Enumerable.Range(0, 9).Select(_ =>
                new[] { "a", "b", "c", "d", "e" }.Where(_ => random.NextDouble() < 0.3).ToArray()), ["a"], ["a"]]);
            DatasetSplit split = DatasetSplit.Stratified(images, 0.5, seed);
            Assert.All(Enumerable.Range(0, images.ClassNames.Count), label => Assert.True(CountOf(split.Training, label) > 0, $"seed {seed}"));
            Assert.True(split.Validation.Count > 0);
        }
    }

    [Fact]
    public void Stratified_EveryImageWithALabelOfItsOwn_SaysWhatIsExpected()
    {
        DatasetException error = Assert.Throws<DatasetException>(() => DatasetSplit.Stratified(Create(["a", "b"], ["a", "c"]), 0.5, 1));
        Assert.Contains(
            "its 2 images cannot be split; expected an image whose labels all occur in other images too.", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, DatasetSplit.Stratified(Create(["a", "b"], ["a", "c"], ["a"]), 0.3, 1).Validation.Count);
    }

    private static int CountOf(IImageDataset images, int label) =>
        Enumerable.Range(0, images.Count).Count(index => images.LabelsOf(index)!.Contains(label));

    private static ImageList Create(params string[][] labels) => ImageList.FromMultiLabeled(
        labels.Select((each, i) => (ImageSource.FromImage(DrawnImages.Draw(i, 8, 8), $"{i}"), (IReadOnlyList<string>)each)));

    private async Task<ImageList> ReadAsync(string text, char? separator = null)
    {
        await File.WriteAllTextAsync(_folder.File("list.csv"), text);
        return await ImageList.FromMultiLabelCsvAsync(_folder.File("list.csv"), separator, TestContext.Current.CancellationToken);
    }

    private void Write(params string[] names)
    {
        foreach (string name in names)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(name))!);
            File.WriteAllText(_folder.File(name), name);
        }
    }

    private void Link(string name, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(name))!);
        File.CreateSymbolicLink(_folder.File(name), _folder.File(target));
    }
}
