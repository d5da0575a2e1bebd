using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Tests.Inference;
using Scott.Models.Tests.Training;

namespace Scott.Models.Tests.Datasets;

/// <summary>Errors about a whole dataset name its folder or list, not one of its images.</summary>
[Collection(TorchTests.Name)]
public sealed class DatasetNameTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Names_OfEveryKind_AreTheFolderOrTheList()
    {
        string path = DrawnImages.Save(_folder, 1);
        await File.WriteAllTextAsync(_folder.File("list.csv"), path, TestContext.Current.CancellationToken);
        ImageFolder folder = ImageFolder.Open(_folder.Path);
        Assert.Equal((_folder.Path, "0001.png"), (folder.Name, folder.RelativeNameOf(0)));
        ImageList csv = await ImageList.FromCsvAsync(_folder.File("list.csv"), TestContext.Current.CancellationToken);
        Assert.Equal((_folder.File("list.csv"), "0001.png"), (csv.Name, csv.RelativeNameOf(0)));
        ImageList list = ImageList.FromSources([path, ImageSource.FromImage(DrawnImages.Draw(2), "drawn")]);
        Assert.Equal(("a list of 2 images", "0001.png", "drawn"), (list.Name, list.RelativeNameOf(0), list.RelativeNameOf(1)));
        Assert.Equal(
            $"{_folder.Path} + {_folder.File("list.csv")} + a list of 2 images + 1 more",
            new ConcatenatedDataset(folder, csv, list, folder, new Own()).Name);
        Assert.Equal(nameof(Own), ((IImageDataset)new Own()).Name);
    }

    [Fact]
    public async Task Pretrain_FolderWithTooFewOrUnreadableImages_NamesTheFolder()
    {
        await File.WriteAllTextAsync(_folder.File("1.png"), "no image", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_folder.File("2.png"), "no image", TestContext.Current.CancellationToken);
        ImageFolder folder = ImageFolder.Open(_folder.Path);
        DatasetException few = await Assert.ThrowsAsync<DatasetException>(() => PretrainingRuns.Model.Pretrain(folder).WithBatchSize(64).RunAsync());
        Assert.Equal($"The dataset '{_folder.Path}' cannot be used: its 2 images cannot fill a batch of 64. Make the batch smaller.", few.Message);
        DatasetException unreadable = await Assert.ThrowsAsync<DatasetException>(
            () => PretrainingRuns.Model.Pretrain(folder).WithBatchSize(2).RunAsync());
        Assert.Equal(_folder.Path, unreadable.Name);
        DatasetException unlabeled = await Assert.ThrowsAsync<DatasetException>(() => PretrainingRuns.Model.FineTune(folder).RunAsync());
        Assert.Equal(_folder.Path, unlabeled.Name);
        DatasetException unsplit = Assert.Throws<DatasetException>(() => DatasetSplit.Stratified(new Own(), 0.5, 1));
        Assert.Equal("The dataset 'Own' cannot be used: its 0 images cannot be split; expected two or more of a class.", unsplit.Message);
    }

    [Fact]
    public async Task Evaluate_FolderWithUnreadableImagesAlone_NamesTheFolder()
    {
        foreach (string name in new[] { "a", "b" })
        {
            Directory.CreateDirectory(_folder.File(name));
            await File.WriteAllTextAsync(_folder.File($"{name}/1.png"), "no image", TestContext.Current.CancellationToken);
        }

        ImageFolder folder = ImageFolder.OpenLabeled(_folder.Path);
        DatasetException error = await Assert.ThrowsAsync<DatasetException>(
            () => PretrainingRuns.Model.Evaluate(folder, folder).WithValidation(folder).RunAsync());
        Assert.Equal(_folder.Path, error.Name);
    }

    private sealed class Own : IImageDataset
    {
        public int Count => 0;

        public IReadOnlyList<string> ClassNames => [];

        public string NameOf(int index) => throw new InvalidOperationException();

        public ImageSource SourceOf(int index) => throw new InvalidOperationException();

        public int? LabelOf(int index) => throw new InvalidOperationException();
    }
}
