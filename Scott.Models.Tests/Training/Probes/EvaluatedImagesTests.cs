using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Tests.Inference;
using Scott.Models.Training;
using Scott.Models.Weights;

namespace Scott.Models.Tests.Training;

/// <summary>What is wrong with the images of an evaluation, or with what the model computes for them.</summary>
[Collection(TorchTests.Name)]
public sealed class EvaluatedImagesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LogLines _log = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_TestImagesAmongTheTrainingImages_WarnsWithTheFirst()
    {
        for (int i = 0; i < 12; i++)
        {
            string name = $"{(i % 2 == 0 ? "even" : "odd")}/{i:D2}.png";
            Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(name))!);
            await TestFiles.WriteImageAsync(_folder.File(name), i);
        }

        ImageFolder all = ImageFolder.OpenLabeled(_folder.Path);
        (ImageSource, string) other = (ImageSource.FromImage(DrawnImages.Draw(1), "one"), "even");
        ImageList some = ImageList.FromLabeled([Relative("odd/05.png"), Relative("even/04.png"), other]);
        await Evaluation(all, some).RunAsync();
        Assert.Equal(
            "Warning: 2 of 3 test images are training images too, so that results will look better than they are. The first: "
                + $"{_folder.File("odd/05.png")}.",
            Assert.Single(_log.Lines));

        (ImageSource Source, string Label) Relative(string name) =>
            (ImageSource.FromFile(Path.GetRelativePath(Environment.CurrentDirectory, _folder.File(name))), name.Split('/')[0]);
    }

    /// <summary>Only an app's own dataset can have such labels.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Run_LabelOfNoClass_NamesTheImage(int wrong)
    {
        IImageDataset[] sets = [LabeledImages.Draw(0, 24), LabeledImages.Draw(24, 6), LabeledImages.Draw(30, 6)];
        sets[wrong] = new WrongLabel(sets[wrong]);
        DatasetException error = await Assert.ThrowsAsync<DatasetException>(
            () => PretrainingRuns.Model.Evaluate(sets[0], sets[1]).WithValidation(sets[2]).RunAsync());
        Assert.Contains("its label is 2; expected the number of one of the 2 classes", error.Message, StringComparison.Ordinal);
        if (wrong > 1)
            return;

        error = await Assert.ThrowsAsync<DatasetException>(() => PretrainingRuns.Model.FineTune(sets[0]).WithValidation(sets[1]).RunAsync());
        Assert.Contains("its label is 2;", error.Message, StringComparison.Ordinal);
        Assert.Equal(error.Message, Assert.Throws<DatasetException>(() => LabeledClasses.Align(["light", "dark"], sets[wrong], "sets").LabelOf(
            sets[wrong].Count - 1)).Message);
        Assert.Throws<DatasetException>(() => new ConcatenatedDataset(sets).LabelOf(sets[0].Count + (wrong * sets[1].Count) - 1));
    }

    [Fact]
    public async Task Run_UnreadableImageThatMustNotBe_IsTheError()
    {
        ImageList damaged = ImageList.FromLabeled([LabeledImages.Labeled(90), (ImageSource.FromBytes(new byte[3], "three"), "dark")]);
        DatasetException error = await Assert.ThrowsAsync<DatasetException>(
            () => Evaluation(LabeledImages.Draw(0, 24), damaged, failsOnUnreadable: true).RunAsync());
        Assert.Equal("three", error.Name);
    }

    [Fact]
    public async Task FineTune_UnreadableValidationImageThatMustNotBe_IsTheError()
    {
        ImageList validation = ImageList.FromLabeled([LabeledImages.Labeled(100), (ImageSource.FromBytes(new byte[3], "three"), "dark")]);
        DatasetException error = await Assert.ThrowsAsync<DatasetException>(
            () => PretrainingRuns.Model.FineTune(FineTuningRuns.Dataset).WithValidation(validation)
                .WithOptions(FineTuningRuns.Options with { Epochs = 1 })
                .WithRunOptions(FineTuningRuns.Run with { FailOnUnreadable = true }).RunAsync());
        Assert.Equal("three", error.Name);
    }

    [Fact]
    public async Task Run_WeightsThatAreNotFinite_NamesTheFirstImage()
    {
        FeatureException error = await Assert.ThrowsAsync<FeatureException>(() => Evaluation(
            LabeledImages.Draw(0, 24), LabeledImages.Draw(24, 6), model: Broken).RunAsync());
        Assert.Contains(error.ImageName, Enumerable.Range(0, 24).Select(LabeledImages.Draw(0, 24).NameOf));
    }

    [Fact]
    public async Task Embed_WeightsThatAreNotFinite_IsTheErrorOfTheImage()
    {
        using FeatureExtractor features = Broken.ExtractFeatures().Build();
        FeatureException error = await Assert.ThrowsAsync<FeatureException>(
            () => features.EmbedAsync(LabeledImages.Labeled(3).Source, TestContext.Current.CancellationToken));
        Assert.Contains("computes numbers that are not finite", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A dataset of two classes whose last image is of a third one.</summary>
    private sealed class WrongLabel(IImageDataset source) : IImageDataset
    {
        public int Count => source.Count;

        public IReadOnlyList<string> ClassNames => source.ClassNames;

        public string NameOf(int index) => source.NameOf(index);

        public ImageSource SourceOf(int index) => source.SourceOf(index);

        public int? LabelOf(int index) => index == Count - 1 ? 2 : source.LabelOf(index);
    }

    private static ScottModel Broken => PretrainingRuns.Model.WithWeights(new WeightSet(PretrainingRuns.Model.Weights.Select(
        weight => WeightTensor.Create(weight.Name, weight.Shape, [.. Enumerable.Repeat(float.NaN, weight.ElementCount)]))));

    private EvaluationBuilder Evaluation(IImageDataset training, IImageDataset test, bool failsOnUnreadable = false, ScottModel? model = null) =>
        (model ?? PretrainingRuns.Model).Evaluate(training, test)
            .WithOptions(new EvaluationOptions
            {
                FailOnUnreadable = failsOnUnreadable,
                AttentiveProbes = [ClassifierHead.SimpleAttentive],
                Probe = new ProbeOptions { Epochs = 1, BatchSize = 8 },
            })
            .WithLogger(_log);
}
