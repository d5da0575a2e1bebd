using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Tests.Inference;
using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

/// <summary>A run resumes with the images that it learned from, or says what has changed.</summary>
[Collection(TorchTests.Name)]
public sealed class ChangedImagesTests : IClassFixture<FinishedRun>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ChangedImagesTests(FinishedRun run) => run.CopyTo(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Resume_ImagesInAnotherFolder_Resumes()
    {
        await FinishedRun.TuneAsync(_folder.Path, FinishedRun.Labeled(_folder.Path));
        Directory.Move(In("images"), In("moved"));
        await FinishedRun.TuneAsync(_folder.Path, ImageFolder.OpenLabeled(Path.GetRelativePath(Directory.GetCurrentDirectory(), In("moved"))));
    }

    [Fact]
    public Task Resume_ClassFoldersSwapped_IsRefused() => AssertRefusedAsync(
        () =>
        {
            Directory.Move(In("images/even"), In("images/other"));
            Directory.Move(In("images/odd"), In("images/even"));
            Directory.Move(In("images/other"), In("images/odd"));
        },
        "12 images have other content (even/0.png, even/1.png, even/2.png, even/3.png, even/4.png, …).");

    [Fact]
    public Task Resume_ImageRenamed_IsRefused() => AssertRefusedAsync(
        () => File.Move(In("images/odd/5.png"), In("images/odd/x.png")), "1 image was renamed (odd/5.png to odd/x.png).");

    [Fact]
    public Task Resume_ImageOfEqualLength_IsRefused() => AssertRefusedAsync(
        () =>
        {
            byte[] bytes = File.ReadAllBytes(In("images/even/1.png"));
            bytes[^20] ^= 1;
            File.WriteAllBytes(In("images/even/1.png"), bytes);
        },
        "its images have changed since: 1 image has other content (even/1.png). Restore");

    [Fact]
    public Task Resume_ImagesAdded_IsRefused() => AssertRefusedAsync(
        () =>
        {
            File.WriteAllBytes(In("images/odd/a.png"), DrawnImages.Draw(30).EncodePng());
            File.WriteAllBytes(In("images/odd/b.png"), DrawnImages.Draw(31).EncodePng());
        },
        "2 images were added (odd/a.png, odd/b.png).");

    [Fact]
    public Task Resume_ImageRemoved_IsRefused() =>
        AssertRefusedAsync(() => File.Delete(In("images/even/3.png")), "1 image was removed (even/3.png).");

    [Fact]
    public Task Resume_ImageThatCannotBeReadNow_IsRefused() => AssertRefusedAsync(
        () =>
        {
            File.Delete(In("images/even/3.png"));
            File.CreateSymbolicLink(In("images/even/3.png"), In("nowhere"));
        },
        "1 image has other content (even/3.png).");

    [Fact]
    public Task Resume_ImageInAnotherClass_IsRefused() => AssertRefusedAsync(
        () => File.Move(In("images/odd/5.png"), In("images/even/9.png")),
        "1 image was renamed (odd/5.png to even/9.png); 1 image has another class (even/9.png: odd to even).");

    [Fact]
    public async Task Resume_ListWhoseLabelsOrOrderChange_IsRefused()
    {
        string[] lines = [.. Enumerable.Range(0, 12).Select(i => $"images/{(i < 6 ? "even" : "odd")}/{i % 6}.png,{(i < 6 ? "even" : "odd")}")];
        Directory.Delete(In("run"), recursive: true);
        await FinishedRun.TuneAsync(_folder.Path, await ListAsync(lines));
        Directory.CreateDirectory(In("lists"));
        await FinishedRun.TuneAsync(_folder.Path, await ListAsync([.. lines.Select(line => $"../{line}")], "lists/same.csv"));

        CheckpointException label = await RefuseAsync(await ListAsync(["images/even/0.png,odd", .. lines[1..]]));
        Assert.Contains("since: 1 image has another class (even/0.png: even to odd).", label.Message, StringComparison.Ordinal);
        CheckpointException order = await RefuseAsync(await ListAsync([lines[1], lines[0], .. lines[2..]]));
        Assert.Contains("since: the images are in another order from number 1 on (even/1.png).", order.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resume_ValidationImagesChanged_IsRefused()
    {
        Directory.Delete(In("run"), recursive: true);
        ImageFolder images = FinishedRun.Labeled(_folder.Path);
        ImageList validation = LabelFolders(images, 3);
        await FinishedRun.TuneAsync(_folder.Path, images, validation);
        await FinishedRun.TuneAsync(_folder.Path, images, validation);
        CheckpointException other = await Assert.ThrowsAsync<CheckpointException>(
            () => FinishedRun.TuneAsync(_folder.Path, images, LabelFolders(images, 4)));
        const string Changes = "since: 1 validation image was added (1.png); 1 validation image was removed (0.png).";
        Assert.Contains(Changes, other.Message, StringComparison.Ordinal);
        CheckpointException none = await RefuseAsync(images);
        Assert.Contains("the run has no validation images now and had some before", none.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resume_ChangesAllowed_AreLoggedOnceAndLearnedFrom()
    {
        File.Delete(In("images/even/3.png"));
        var log = new LogLines();
        await FinishedRun.TuneAsync(_folder.Path, FinishedRun.Labeled(_folder.Path), allowsChanges: true, logger: log);
        Assert.Contains("Warning: Resuming with changed images: 1 image was removed (even/3.png).", log.Lines);
    }

    [Fact]
    public async Task Resume_CheckpointThatKnowsNoImages_WarnsAndResumes()
    {
        var store = new CheckpointStore(In("run"), kept: 2);
        TrainingCheckpoint checkpoint = (await store.ReadNewestAsync(Assert.Fail, TestContext.Current.CancellationToken))!;
        int from = checkpoint.Run.IndexOf(",\"images\"", StringComparison.Ordinal);
        await store.SaveAsync(checkpoint with { Run = checkpoint.Run[..from] + "}" }, TestContext.Current.CancellationToken);
        File.Move(In("images/odd/5.png"), In("images/odd/x.png"));
        var log = new LogLines();
        await FinishedRun.TuneAsync(_folder.Path, FinishedRun.Labeled(_folder.Path), logger: log);
        string earlier = $"The checkpoint in '{In("run")}' is from an earlier version";
        Assert.Contains($"Warning: {earlier}, which did not record the images. They may have changed.", log.Lines);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Resume_ListOfImagesLostOrDamaged_StillRefusesChanges(bool isLost)
    {
        string list = Assert.Single(Directory.EnumerateFiles(In("run"), "images-*.bin"));
        await (isLost ? Task.Run(() => File.Delete(list)) : File.WriteAllBytesAsync(list, [1, 2, 3], TestContext.Current.CancellationToken));
        await FinishedRun.TuneAsync(_folder.Path, FinishedRun.Labeled(_folder.Path));
        File.Move(In("images/odd/5.png"), In("images/odd/x.png"));
        CheckpointException error = await RefuseAsync(FinishedRun.Labeled(_folder.Path));
        string expected = $"the images are not the same ('{list}', which lists the earlier ones, is missing or damaged)";
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resume_SettingsAndImagesChanged_NamesBoth()
    {
        await DrawnImages.Draw(30).SavePngAsync(In("images/odd/a.png"), TestContext.Current.CancellationToken);
        CheckpointException error = await RefuseAsync(FinishedRun.Labeled(_folder.Path));
        Assert.Contains("it started with other settings: trainingImages was", error.Message, StringComparison.Ordinal);
        Assert.Contains("; and its images have changed since: 1 image was added (odd/a.png). Restore them", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resume_PretrainingOfTheUsersOwnDataset_ComparesImagesAndNoLabels()
    {
        ImageFolder images = FinishedRun.Labeled(_folder.Path);
        await FinishedRun.PretrainAsync(_folder.Path, new OwnDataset(images, label: 0));
        await FinishedRun.PretrainAsync(_folder.Path, new OwnDataset(images, label: 1));
        Directory.Move(In("images"), In("moved"));
        await FinishedRun.PretrainAsync(_folder.Path, new OwnDataset(ImageFolder.OpenLabeled(In("moved")), label: 0));
        await DrawnImages.Draw(30).SavePngAsync(In("moved/even/0.png"), TestContext.Current.CancellationToken);
        CheckpointException error = await Assert.ThrowsAsync<CheckpointException>(
            () => FinishedRun.PretrainAsync(_folder.Path, new OwnDataset(ImageFolder.OpenLabeled(In("moved")), label: 0)));
        Assert.Contains("1 image has other content (even/0.png)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resume_ImagesInMemory_AreComparedByContent()
    {
        ImageSource[] sources = [.. Enumerable.Range(0, 12).Select(i =>
            i % 2 == 0 ? ImageSource.FromImage(DrawnImages.Draw(i)) : ImageSource.FromBytes(DrawnImages.Draw(i).EncodePng()))];
        await FinishedRun.PretrainAsync(_folder.Path, ImageList.FromSources(sources));
        await FinishedRun.PretrainAsync(_folder.Path, ImageList.FromSources(sources));
        foreach (int changed in new[] { 4, 5 })
        {
            ImageSource[] others = [.. sources];
            others[changed] = changed == 4 ? ImageSource.FromImage(DrawnImages.Draw(40)) : ImageSource.FromBytes(DrawnImages.Draw(41).EncodePng());
            CheckpointException error = await Assert.ThrowsAsync<CheckpointException>(
                () => FinishedRun.PretrainAsync(_folder.Path, ImageList.FromSources(others)));
            Assert.Contains("since: 1 image has other content (image).", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Run_Checkpoints_DoNotGrowWithTheImages()
    {
        var store = new CheckpointStore(In("run"), kept: 2);
        TrainingCheckpoint checkpoint = (await store.ReadNewestAsync(Assert.Fail, TestContext.Current.CancellationToken))!;
        Assert.DoesNotContain("even/0.png", checkpoint.Run + checkpoint.Options + checkpoint.History, StringComparison.Ordinal);
        Assert.InRange(new FileInfo(Assert.Single(Directory.EnumerateFiles(In("run"), "images-*"))).Length, 1, 400);
    }

    [Fact]
    public async Task Resume_ListOfEarlierImages_GoesWithTheLastCheckpointThatNeedsIt()
    {
        string old = Assert.Single(Directory.EnumerateFiles(In("run"), "images-*"));
        File.Delete(In("images/even/3.png"));
        string mine = Path.Combine(In("run"), "images-mine.bin");
        await File.WriteAllTextAsync(mine, "the user's", TestContext.Current.CancellationToken);
        TrainingRunOptions run = PretrainingRuns.Run with
        {
            CheckpointFolder = In("run"),
            AllowChangedOptions = true,
            CheckpointInterval = TimeSpan.FromTicks(1),
            KeptCheckpoints = 2,
        };
        await PretrainingRuns.Model.FineTune(FinishedRun.Labeled(_folder.Path)).WithEpochs(6).WithBatchSize(4).WithRunOptions(run).RunAsync();
        Assert.NotEqual(old, Assert.Single(Directory.EnumerateFiles(In("run"), "images-*"), path => path != mine));
        Assert.True(File.Exists(mine));
    }

    private string In(string path) => Path.Combine(_folder.Path, path);

    private async Task<ImageList> ListAsync(string[] lines, string name = "list.csv")
    {
        await File.WriteAllLinesAsync(In(name), ["path,label", .. lines], TestContext.Current.CancellationToken);
        return await ImageList.FromCsvAsync(In(name), TestContext.Current.CancellationToken);
    }

    private static ImageList LabelFolders(ImageFolder images, int last) =>
        ImageList.FromLabeled(new[] { 1, 2, last }.Select(i => (ImageSource.FromBytes(File.ReadAllBytes(images.NameOf(i)), $"{i % 3}.png"), "even")));

    private Task<CheckpointException> RefuseAsync(IImageDataset images) =>
        Assert.ThrowsAsync<CheckpointException>(() => FinishedRun.TuneAsync(_folder.Path, images));

    private async Task AssertRefusedAsync(Action change, string expected)
    {
        change();
        CheckpointException error = await RefuseAsync(FinishedRun.Labeled(_folder.Path));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal(In("run"), error.Folder);
    }

    /// <summary>What an app may write: it says no more than it must.</summary>
    private sealed class OwnDataset(ImageFolder images, int label) : IImageDataset
    {
        public int Count => images.Count;

        public IReadOnlyList<string> ClassNames => images.ClassNames;

        public string NameOf(int index) => images.NameOf(index);

        public ImageSource SourceOf(int index) => images.SourceOf(index);

        public int? LabelOf(int index) => label;
    }
}
