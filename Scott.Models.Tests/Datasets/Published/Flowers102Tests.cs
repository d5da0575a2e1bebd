using Scott.Models.Datasets;

namespace Scott.Models.Tests.Datasets;

public sealed class Flowers102Tests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public Flowers102Tests()
    {
        Directory.CreateDirectory(_folder.File("jpg"));
        for (int i = 1; i <= 8; i++)
            File.WriteAllText(Image(i), "not opened");

        WriteLabels([1, 2, 2, 1, 2, 1, 1, 2]);
        WriteSplits([1, 2], [5, 4], [8, 3, 6, 7]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Open_OfficialFiles_GivesTheSplitsInTheirOrder()
    {
        Flowers102 flowers = await OpenAsync();
        Assert.Equal(["image_00001.jpg", "image_00002.jpg"], DatasetAssert.FileNames(flowers.Train));
        Assert.Equal(["image_00005.jpg", "image_00004.jpg"], DatasetAssert.FileNames(flowers.Val));
        Assert.Equal(["image_00008.jpg", "image_00003.jpg", "image_00006.jpg", "image_00007.jpg"], DatasetAssert.FileNames(flowers.Test));
        Assert.Equal([1, 1, 0, 0], DatasetAssert.Labels(flowers.Test));
        Assert.Equal(["pink primrose", "hard-leaved pocket orchid"], flowers.Train.ClassNames);
        Assert.Equal(flowers.Test.NameOf(1), flowers.Test.SourceOf(1).Name);
        Assert.Equal(Enumerable.Range(1, 8), DatasetAssert.FileNames(flowers.All).Select(name => int.Parse(name[6..11], null)).Order());
    }

    [Fact]
    public async Task Combine_PapersExperiments_JoinsTheirSplits()
    {
        Flowers102 flowers = await OpenAsync();
        Assert.Equal("12 54 8367", Numbers(flowers.Combine(SplitCombination.Official)));
        Assert.Equal("12548367 54 8367", Numbers(flowers.Combine(SplitCombination.Full)));
        Assert.Equal("1254 54 8367", Numbers(flowers.Combine(SplitCombination.FullEvaluation)));
        Assert.Equal("836754 54 12", Numbers(flowers.Combine(SplitCombination.Inverted)));
        Assert.Equal("8367 54 12", Numbers(flowers.Combine(SplitCombination.InvertedEvaluation)));
        Assert.Throws<ArgumentOutOfRangeException>(() => flowers.Combine((SplitCombination)9));
    }

    [Fact]
    public void ClassNames_All_AreEach()
    {
        Assert.Equal(102, Flowers102.ClassNames.Distinct().Count());
        Assert.Equal(("sunflower", "blackberry lily"), (Flowers102.ClassNames[53], Flowers102.ClassNames[101]));
    }

    [Fact]
    public async Task Open_FileOrFolderMissing_SaysWhich()
    {
        File.Delete(_folder.File("setid.mat"));
        await FailsAsync(DatasetFault.MissingFile, ".", "it lacks setid.mat; expected Flowers-102 there");
        Directory.Delete(_folder.File("jpg"), recursive: true);
        await FailsAsync(DatasetFault.MissingFile, ".", "it lacks jpg/, setid.mat;");
        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => Flowers102.OpenAsync(_folder.File("nowhere")));
    }

    [Fact]
    public async Task Open_DamagedMatFile_NamesIt()
    {
        byte[] bytes = await File.ReadAllBytesAsync(_folder.File("imagelabels.mat"));
        await File.WriteAllBytesAsync(_folder.File("imagelabels.mat"), bytes[..^9]);
        await FailsAsync(DatasetFault.Truncated, "imagelabels.mat", "an element of");
    }

    [Fact]
    public async Task Open_ListedImageMissing_NamesIt()
    {
        File.Delete(Image(3));
        await FailsAsync(DatasetFault.MissingImage, "setid.mat", $"element 2 of 'tstid' is image 3, and '{Image(3)}' does not exist");
    }

    [Fact]
    public async Task Open_ImageListedTwice_NamesBothPlaces()
    {
        WriteSplits([1, 2], [5, 2], [8, 3, 6, 7]);
        await FailsAsync(DatasetFault.DuplicateEntry, "setid.mat", "element 2 of 'valid' is image 2, which element 2 of 'trnid' is too");
    }

    [Fact]
    public async Task Open_NumberOfNoImage_NamesTheElement()
    {
        WriteSplits([1, 9], [5, 4], [8, 3, 6, 7]);
        await FailsAsync(DatasetFault.EntryOutOfRange, "setid.mat", "element 2 of 'trnid' is 9; expected a whole number from 1 to 8");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(103)]
    public async Task Open_LabelOutOfRange_NamesTheElement(int label)
    {
        WriteLabels([1, 2, label, 1, 2, 1, 1, 2]);
        await FailsAsync(DatasetFault.LabelOutOfRange, "imagelabels.mat", $"element 3 of 'labels' is {label}; expected a whole number from 1 to 102");
    }

    [Fact]
    public async Task Open_ClassWithoutImages_NamesIt()
    {
        WriteLabels([1, 3, 3, 1, 3, 1, 1, 3]);
        await FailsAsync(DatasetFault.EmptyClass, "setid.mat", "of its split trnid the class has no image: hard-leaved pocket orchid");
        WriteLabels([1, 2, 2, 1, 2, 1, 1, 2]);
        WriteSplits([1, 2], [], [8, 3, 6, 7]);
        await FailsAsync(DatasetFault.NoImages, "setid.mat", "its split valid has no image");
    }

    [Fact]
    public async Task Open_ListMissing_SaysWhatIsThere()
    {
        File.WriteAllBytes(_folder.File("setid.mat"), new MatFileWriter().Add("trnid", [1, 2]).ToArray());
        await FailsAsync(DatasetFault.MissingVariable, "setid.mat", "it lacks the variable 'valid'; it has trnid");
    }

    [Fact]
    public void Archives_Published_HaveSums() =>
        Assert.All([.. Flowers102.Archives, .. OxfordPets.Archives], archive =>
        {
            Assert.Equal(16, Convert.FromHexString(archive.Md5).Length);
            Assert.EndsWith("/" + archive.FileName, archive.Address.AbsoluteUri, StringComparison.Ordinal);
            Assert.True(archive.Bytes > 0);
        });

    private static string Numbers(DatasetSplits splits) => string.Join(
        ' ', new[] { splits.Training, splits.Validation!, splits.Test }.Select(
            split => string.Concat(DatasetAssert.FileNames(split).Select(name => name[10]))));

    private string Image(int number) => Path.Combine(_folder.Path, "jpg/", $"image_{number:00000}.jpg");

    private void WriteLabels(int[] labels) =>
        File.WriteAllBytes(_folder.File("imagelabels.mat"), new MatFileWriter(isCompressed: true).Add("labels", labels, MatDataType.UInt8).ToArray());

    private void WriteSplits(int[] train, int[] val, int[] test) =>
        File.WriteAllBytes(_folder.File("setid.mat"), new MatFileWriter().Add("trnid", train).Add("valid", val).Add("tstid", test).ToArray());

    private Task<Flowers102> OpenAsync() => Flowers102.OpenAsync(_folder.Path);

    private Task FailsAsync(DatasetFault fault, string file, string message) =>
        DatasetAssert.FailsAsync(OpenAsync, fault, file == "." ? _folder.Path : _folder.File(file), message);
}
