using System.Text.Json;
using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Tests.Inference;
using Scott.Models.Tests.Torch;
using Scott.Models.Torch;
using Scott.Models.Training;
using TorchSharp;

namespace Scott.Models.Tests.Training;

[Collection(TorchTests.Name)]
public sealed class MultiLabelTests : IDisposable
{
    private const int Side = 40;

    private static readonly FineTuningOptions Options = FineTuningOptions.MultiLabel with
    {
        Epochs = 3,
        BatchSize = 4,
        PeakLearningRate = 2e-3,
        LayerDecay = 1,
        MixupAlpha = 0.2,
        CutmixAlpha = 0.5,
        LabelSmoothing = 0.1,
    };

    private static readonly TrainingRunOptions Run = new() { Device = TorchDevice.Cpu };
    private static readonly ImageList Dataset = Draw(0, 24);
    private static readonly ImageList Validation = Draw(100, 12);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(FineTuningScope.FrozenBackbone, ClassifierHead.Linear, ClassBalance.None)]
    [InlineData(FineTuningScope.LastBlocks, ClassifierHead.SimpleAttentive, ClassBalance.Balanced)]
    [InlineData(FineTuningScope.LowRankAdapters, ClassifierHead.CrossAttentive, ClassBalance.None)]
    [InlineData(FineTuningScope.Full, ClassifierHead.MultiHeadAttentive, ClassBalance.Balanced)]
    public async Task Run_LabelsThatDiffer_LearnsThem(FineTuningScope scope, ClassifierHead head, ClassBalance balance)
    {
        FineTuningOptions options = Options with
        {
            Scope = scope,
            Head = head,
            ClassBalance = balance,
            Epochs = 12,
            PeakLearningRate = 1e-2,
            MixupAlpha = 0,
            CutmixAlpha = 0,
            LabelSmoothing = 0,
        };
        MultiLabelResult result = await Build(options).WithAugmentation(null).RunAsync(cancellationToken: TestContext.Current.CancellationToken);
        MultiLabelRecord best = result.History[result.BestEpoch.Epoch - 1];
        Assert.InRange(best.Validation.MeanAveragePrecision, 0.97, 1);
        Assert.Equal(result.History.Max(record => record.Validation.MeanAveragePrecision), result.BestEpoch.Figure);
        Assert.Equal(["blue", "green", "red"], result.Classifier.ClassNames);
        Assert.Equal(best.Validation.Labels.Select(label => label.Threshold), result.Classifier.Thresholds);
        Assert.Equal(best.Validation.MeanAveragePrecision, result.Classifier.Metadata.Metrics["validationMeanAveragePrecision"]);
    }

    [Theory]
    [InlineData(FineTuningScope.Full, 2)]
    [InlineData(FineTuningScope.LowRankAdapters, 8)]
    public async Task Run_CanceledAndResumed_EndsInTheSameBits(FineTuningScope scope, int stopAfter)
    {
        FineTuningOptions options = Options with { Scope = scope };
        MultiLabelResult whole = await Build(options).RunAsync(cancellationToken: TestContext.Current.CancellationToken);
        using var stop = new CancellationTokenSource();
        MultiLabelBuilder stopped = Build(options).WithCheckpoints(_folder.Path).OnStep((report, _) =>
        {
            if (report.Step == stopAfter)
                stop.Cancel();

            return ValueTask.CompletedTask;
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped.RunAsync(cancellationToken: stop.Token));
        long resumedAt = 0;
        MultiLabelResult result = await Build(options).WithCheckpoints(_folder.Path).OnStep((report, _) =>
        {
            resumedAt = report.ResumedAtStep;
            return ValueTask.CompletedTask;
        }).RunAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(stopAfter, resumedAt);
        Assert.Equal(FineTuningRuns.Checksum(whole.LastClassifier), FineTuningRuns.Checksum(result.LastClassifier));
        Assert.Equal(FineTuningRuns.Checksum(whole.Classifier), FineTuningRuns.Checksum(result.Classifier));
        Assert.Equal(whole.Classifier.Thresholds, result.Classifier.Thresholds);
        Assert.Equal(Figures(whole), Figures(result));

        // Records, report and best model are written.
        string[] lines = await File.ReadAllLinesAsync(_folder.File("metrics.jsonl"), TestContext.Current.CancellationToken);
        JsonElement[] labels = [.. JsonDocument.Parse(lines[^1]).RootElement.GetProperty("validation").GetProperty("labels").EnumerateArray()];
        Assert.Equal(["blue", "green", "red"], labels.Select(label => label.GetProperty("name").GetString()));
        string report = await File.ReadAllTextAsync(_folder.File("report.html"), TestContext.Current.CancellationToken);
        Assert.Contains("Multi-label fine-tuning of", report, StringComparison.Ordinal);
        Assert.Contains("average precision", report, StringComparison.Ordinal);
        ScottClassifier best = await ScottClassifier.FromFileAsync(_folder.File("best.safetensors"), TestContext.Current.CancellationToken);
        Assert.Equal(result.Classifier.Thresholds, best.Thresholds);
        static IEnumerable<string> Figures(MultiLabelResult each) =>
            each.History.Select(record => JsonSerializer.Serialize(new { record.Validation, record.TrainingTop1, record.Health }));
    }

    [Fact]
    public async Task Run_LabelsOfAnImageChanged_IsNotResumed()
    {
        await Build(Options with { Epochs = 1 }).WithCheckpoints(_folder.Path).RunAsync(cancellationToken: TestContext.Current.CancellationToken);
        ImageList changed = Draw(0, 24, changed: 5);
        CheckpointException error = await Assert.ThrowsAsync<CheckpointException>(() => PretrainingRuns.Model.FineTuneMultiLabel(changed)
            .WithValidation(Validation).WithOptions(Options with { Epochs = 1 }).WithRunOptions(Run).WithCheckpoints(_folder.Path).RunAsync());
        Assert.Equal(CheckpointFault.OtherRun, error.Fault);
        Assert.Contains("1 image has another class (5: blue + red to no label)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NothingBetterForSomeEpochs_EndsEarlyWithTheBest()
    {
        FineTuningOptions still = Options with { Epochs = 9, PeakLearningRate = 1e-12, FinalLearningRate = 0, Patience = 2 };
        MultiLabelResult result = await Build(still).RunAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(result.EndedEarly);
        Assert.Equal((3, 1), (result.History.Count, result.BestEpoch.Epoch));
    }

    [Fact]
    public async Task Run_NoValidationImages_SetsSomeOfEachLabelAside()
    {
        MultiLabelResult result = await PretrainingRuns.Model.FineTuneMultiLabel(Dataset)
            .WithOptions(Options with { Epochs = 1, ValidationRatio = 0.25 }).WithRunOptions(Run)
            .RunAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.All(result.History[0].Validation.Labels, label => Assert.InRange(label.Images, 2, 4));
    }

    [Fact]
    public async Task Run_OneLabelPerImage_IsAllowed()
    {
        MultiLabelResult result = await PretrainingRuns.Model.FineTuneMultiLabel(FineTuningRuns.Dataset)
            .WithOptions(Options with { Epochs = 1, Watched = ValidationFigure.Loss }).WithRunOptions(Run)
            .RunAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(["dark", "light"], result.Classifier.ClassNames);
        Assert.Equal(result.History[0].Validation.Loss, result.BestEpoch.Figure);
    }

    [Fact]
    public async Task Run_LabelsWithoutTrainingImages_AreNamed()
    {
        await File.WriteAllTextAsync(
            _folder.File("l.csv"), "path,a,b,c,d\n1.png,1,0,1,0\n2.png,0,0,1,0\n", TestContext.Current.CancellationToken);
        ImageList list = await ImageList.FromMultiLabelCsvAsync(_folder.File("l.csv"), cancellationToken: TestContext.Current.CancellationToken);
        DatasetException error = await Assert.ThrowsAsync<DatasetException>(() => PretrainingRuns.Model.FineTuneMultiLabel(list).RunAsync());
        Assert.Contains("the labels 'b', 'd' have no training images. Add some, or leave the labels out.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OnlyMissingFilesOfALabel_AreNamed()
    {
        string good = DrawnImages.Save(_folder, 1);
        ImageList list = ImageList.FromMultiLabeled([(good, ["a"]), (_folder.File("none.png"), ["a", "b"])]);
        DatasetException error = await Assert.ThrowsAsync<DatasetException>(() => PretrainingRuns.Model.FineTuneMultiLabel(list)
            .WithValidation(ImageList.FromMultiLabeled([(good, ["a"])])).RunAsync());
        Assert.Contains("the only training image of the class 'b' cannot be read", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ValidationWithoutAnyLabel_IsRefused()
    {
        ImageList none = ImageList.FromMultiLabeled([.. Enumerable.Range(0, 2).Select(i =>
            (ImageSource.FromImage(DrawnImages.Draw(i)), (IReadOnlyList<string>)[]))]);
        ImageList empty = ImageList.FromMultiLabeled([(ImageSource.FromImage(DrawnImages.Draw(3)), [])]);
        await Assert.ThrowsAsync<DatasetException>(() => PretrainingRuns.Model.FineTuneMultiLabel(none).RunAsync());
        Assert.Throws<ArgumentException>(() => PretrainingRuns.Model.FineTuneMultiLabel(Dataset).WithValidation(empty));
        IImageDataset unlabeled = LabeledClasses.Align(Dataset.ClassNames, new ConcatenatedDataset(Validation), "v");
        var some = new DatasetSubset(unlabeled, [.. Enumerable.Range(0, 12).Where(i => unlabeled.LabelsOf(i)!.Count == 0)]);
        DatasetException error = await Assert.ThrowsAsync<DatasetException>(
            () => PretrainingRuns.Model.FineTuneMultiLabel(Dataset).WithValidation(some).RunAsync());
        Assert.Contains("none of its validation images has a label", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_FigureOfTheOtherKindWatched_IsRefused()
    {
        ScottConfigurationException error = await Assert.ThrowsAsync<ScottConfigurationException>(
            () => Build(new FineTuningOptions()).RunAsync());
        Assert.Equal(["Watched is Top1; expected MeanAveragePrecision or Loss. Start from FineTuningOptions.MultiLabel."], error.Faults);
        error = await Assert.ThrowsAsync<ScottConfigurationException>(() => FineTuningRuns.Build(FineTuningOptions.MultiLabel).RunAsync());
        Assert.Contains("FineTuneMultiLabel has MeanAveragePrecision", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FineTune_MultiLabelImages_SaysWhatToCall()
    {
        DatasetException error = await Assert.ThrowsAsync<DatasetException>(() => PretrainingRuns.Model.FineTune(Dataset).RunAsync());
        Assert.Contains("Call FineTuneMultiLabel to learn several", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ManySteps_LeaveNoTensorBehind()
    {
        List<long> counts = [];
        LiveTensors.CountSettled();
        await Build(Options).OnEpoch((_, _) =>
        {
            counts.Add(torch.Tensor.TotalCount);
            return ValueTask.FromResult(true);
        }).RunAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Single(counts.Distinct());
    }

    [Fact]
    public void Defaults_OfTheRecipe_AreTheDocumentedOnes()
    {
        FineTuningOptions.MultiLabel.Validate();
        Assert.Equal(
            new FineTuningOptions { Watched = ValidationFigure.MeanAveragePrecision, LabelSmoothing = 0 }, FineTuningOptions.MultiLabel);
        Assert.Equal(0.6, MultiLabelBuilder.DefaultMinimumScale);
    }

    /// <summary>Bands of strong red, green or blue on dark noise: the labels. Every eighth image has none.</summary>
    private static ImageList Draw(int from, int count, int? changed = null) =>
        ImageList.FromMultiLabeled(Enumerable.Range(from, count).Select(index => Draw(index, hasLabels: index != changed)));

    private static (ImageSource Source, IReadOnlyList<string> Labels) Draw(int index, bool hasLabels)
    {
        byte[] pixels = new byte[Side * Side * 3];
        new Random(index).NextBytes(pixels);
        for (int i = 0; i < pixels.Length; i++)
        {
            int channel = i % 3;
            bool isBand = i / 3 / Side * 3 / Side == channel && ((index >> channel) & 1) == 1;
            pixels[i] = (byte)((pixels[i] / 4) + (isBand ? 190 : 0));
        }

        string[] names = hasLabels ? ["red", "green", "blue"] : [];
        ImageSource source = ImageSource.FromImage(RgbImage.FromPixels(pixels, Side, Side, PixelLayout.Rgb24), $"{index}");
        return (source, [.. names.Where((_, channel) => ((index >> channel) & 1) == 1)]);
    }

    private static MultiLabelBuilder Build(FineTuningOptions options) =>
        PretrainingRuns.Model.FineTuneMultiLabel(Dataset).WithValidation(Validation).WithOptions(options).WithRunOptions(Run);
}
