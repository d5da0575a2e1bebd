using System.Text.Json;
using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Metrics;
using Scott.Models.Tests.Torch;
using Scott.Models.Training;
using TorchSharp;

namespace Scott.Models.Tests.Training;

[Collection(TorchTests.Name)]
public sealed class ModelEvaluationTests
{
    private static readonly ProbeOptions Short = new() { Epochs = 60, BatchSize = 8, PeakLearningRate = 5e-2 };

    [Fact]
    public async Task Evaluate_EasyClasses_AreToldApartByEveryProbe()
    {
        var seen = new List<EvaluationProgress>();
        EvaluationResult result = await PretrainingRuns.Model.Evaluate(LabeledImages.Draw(0, 40), LabeledImages.Draw(40, 21))
            .WithProbe(Short)
            .WithFewShot([1, 5], repeats: 2)
            .RunAsync(new Immediate(seen));
        Assert.All(result.Probes, probe => Assert.True(probe.Test.Top1 > 0.9 && probe.Test.MeanPerClassTop1 > 0.9, result.ToString()));
        Assert.Equal(
            [null, ClassifierHead.Linear, ClassifierHead.SimpleAttentive, ClassifierHead.MultiHeadAttentive, ClassifierHead.CrossAttentive],
            result.Probes.Select(probe => probe.Head));
        Assert.Equal(36, result.TrainingImages);
        Assert.All(result.Probes, probe => Assert.Equal((4, 21), (probe.Validation.Images, probe.Test.Images)));
        Assert.Equal([1, 5], result.FewShot.Select(few => few.PerClass));
        Assert.Equal(new EvaluationProgress(EvaluationStage.EncodingTraining, 36, 36), seen[0]);
        Assert.Equal(
            Enum.GetValues<EvaluationStage>(),
            seen.Select(report => report.Stage).Distinct());
        Assert.Equal(new EvaluationProgress(EvaluationStage.TrainingProbes, 60, 60), seen[^1]);
    }

    /// <summary>The next images are read while the encoder works. After a failure the caller may dispose the dataset.</summary>
    [Fact]
    public async Task Read_EncoderThatFails_ReadsNoImageAfterwards()
    {
        var images = new CountedImages(LabeledImages.Draw(0, 300));
        await Assert.ThrowsAsync<NotSupportedException>(() => LabeledFeatureReader.ReadAsync(
            images, new ImagePreprocessor(PretrainingRuns.Model.Preprocessing), (_, _) => throw new NotSupportedException(), null, (_, _) => { },
            CancellationToken.None));
        int opened = images.Opened;
        await Task.Delay(200, TestContext.Current.CancellationToken);
        Assert.Equal(opened, images.Opened);
    }

    [Fact]
    public async Task Evaluate_ImagesWithoutALabel_DoNotCountInTheProgress()
    {
        IImageDataset unlabeled = ImageList.FromSources([LabeledImages.Labeled(99).Source]);
        var seen = new List<EvaluationProgress>();
        await PretrainingRuns.Model
            .Evaluate(LabeledImages.Draw(0, 24), new ConcatenatedDataset(LabeledImages.Draw(24, 12), unlabeled))
            .WithProbe(Short with { Epochs = 1 })
            .WithAttentiveProbes(ClassifierHead.SimpleAttentive)
            .RunAsync(new Immediate(seen));
        Assert.Equal(
            new EvaluationProgress(EvaluationStage.EncodingTest, 12, 12), seen.Last(report => report.Stage == EvaluationStage.EncodingTest));
    }

    [Fact]
    public async Task Evaluate_UnreadableImage_IsLeftOutAndLogged()
    {
        IImageDataset damaged = ImageList.FromLabeled([(ImageSource.FromBytes(new byte[3], "three.bin"), LabeledImages.Draw(0, 1).ClassNames[0])]);
        var log = new LogLines();
        EvaluationBuilder evaluation = PretrainingRuns.Model
            .Evaluate(LabeledImages.Draw(0, 24), new ConcatenatedDataset(LabeledImages.Draw(24, 12), damaged))
            .WithProbe(Short with { Epochs = 1 })
            .WithAttentiveProbes(ClassifierHead.SimpleAttentive)
            .WithLogger(log);
        EvaluationResult result = await evaluation.RunAsync();
        Assert.Equal(12, result.Linear.Test.Images);
        Assert.Equal("Warning: 'three.bin' cannot be read and is left out.", Assert.Single(log.Lines));
        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(() => evaluation.RunAsync());
        Assert.Equal("This builder has already run; call ScottModel.Evaluate() for a new one.", error.Message);
        Assert.Throws<InvalidOperationException>(() => evaluation.WithSeed(1));
    }

    [Fact]
    public async Task Evaluate_Twice_IsTheSameForOneSeed()
    {
        async Task<string> RunAsync(long seed) => (await PretrainingRuns.Model
            .Evaluate(LabeledImages.Draw(0, 30), LabeledImages.Draw(30, 20))
            .WithProbe(Short with { Epochs = 2 })
            .WithSeed(seed)
            .RunAsync()).ToJson();
        Assert.Equal(await RunAsync(1), await RunAsync(1));
        Assert.NotEqual(await RunAsync(1), await RunAsync(2));
    }

    [Fact]
    public async Task Evaluate_OtherTestLabels_ChangeNeitherChoiceNorValidation()
    {
        Task<EvaluationResult> RunAsync(int shift) => PretrainingRuns.Model
            .Evaluate(LabeledImages.Draw(0, 24), Mislabeled(50, 20, shift))
            .WithProbe(Short with { Epochs = 3, PeakLearningRate = 1e-2 })
            .WithValidation(Mislabeled(24, 18, 0))
            .RunAsync();
        (EvaluationResult one, EvaluationResult other) = (await RunAsync(0), await RunAsync(1));
        Assert.Equal(one.Selected.Head, other.Selected.Head);
        Assert.Equal(one.LinearPenalty, other.LinearPenalty);
        Assert.Equal(one.Probes.Select(probe => probe.Validation), other.Probes.Select(probe => probe.Validation));
        Assert.Equal(
            one.Probes.Select(probe => 1 - probe.Test.Top1), other.Probes.Select(probe => probe.Test.Top1), (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.Equal(one.Attentive.Max(probe => probe.Validation.Top1), one.Selected.Validation.Top1);
        Assert.Equal((24, 18), (one.TrainingImages, one.Linear.Validation.Images));
    }

    [Fact]
    public async Task Evaluate_OneAttentiveProbe_TrainsThatAloneAndSelectsIt()
    {
        EvaluationResult result = await PretrainingRuns.Model
            .Evaluate(LabeledImages.Draw(0, 24), LabeledImages.Draw(24, 12))
            .WithProbe(Short with { Epochs = 1 })
            .WithAttentiveProbes(ClassifierHead.MultiHeadAttentive)
            .RunAsync();
        Assert.Equal([null, ClassifierHead.Linear, ClassifierHead.MultiHeadAttentive], result.Probes.Select(probe => probe.Head));
        Assert.Same(result.Attentive[0], result.Selected);
    }

    [Fact]
    public void Select_ValidationAlone_Decides()
    {
        ClassificationMetrics Right(int count) => ClassificationMetrics.FromProbabilities(
            [.. Enumerable.Range(0, 4).SelectMany(i => i < count ? new float[] { 1, 0 } : [0, 1])], [0, 0, 0, 0], ["a", "b"]);
        ProbeResult[] probes =
        [
            new(ClassifierHead.SimpleAttentive, Right(2), Right(4)),
            new(ClassifierHead.MultiHeadAttentive, Right(3), Right(0)),
            new(ClassifierHead.CrossAttentive, Right(3), Right(4)),
        ];
        Assert.Equal(ClassifierHead.MultiHeadAttentive, AttentiveProbes.Select(probes).Head);
    }

    [Fact]
    public async Task Evaluate_Saved_HoldsEveryFigure()
    {
        using var folder = new TemporaryFolder();
        EvaluationResult result = await PretrainingRuns.Model.Evaluate(LabeledImages.Draw(0, 12), LabeledImages.Draw(12, 8))
            .WithProbe(Short with { Epochs = 1 })
            .WithNeighbors(3, temperature: 0.1)
            .WithFewShot([2])
            .RunAsync();
        await result.SaveAsync(folder.Path);
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(folder.File("evaluation.json")));
        Assert.Equal(5, json.RootElement.GetProperty("probes").GetArrayLength());
        Assert.Equal(5, json.RootElement.GetProperty("fewShot")[0].GetProperty("repeats").GetInt32());
        Assert.Equal("dark", json.RootElement.GetProperty("classNames")[0].GetString());
        Assert.Equal(result.Health.EffectiveRank, json.RootElement.GetProperty("health").GetProperty("effectiveRank").GetDouble());
        Assert.All(["neighbors", "linear", "attentive"], probe => Assert.True(File.Exists(folder.File($"{probe}/confusion.svg"))));
        Assert.Equal(result.Selected.Test.ToJson(), await File.ReadAllTextAsync(folder.File("attentive/metrics.json")));
        Assert.Contains("10 training, 2 validation, 8 test images; 2 classes", result.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_ImageThatCannotBeRead_IsLeftOut()
    {
        ImageList training = ImageList.FromLabeled(
        [
            .. Enumerable.Range(0, 12).Select(LabeledImages.Labeled),
            (ImageSource.FromFile("no-such-file.jpg"), "dark"),
        ]);
        EvaluationResult result = await PretrainingRuns.Model.Evaluate(training, LabeledImages.Draw(20, 12))
            .WithProbe(Short with { Epochs = 1 })
            .WithValidation(LabeledImages.Draw(40, 4))
            .RunAsync();
        Assert.Equal(12, result.TrainingImages);
        ImageList none = ImageList.FromLabeled([(ImageSource.FromFile("no-such-file.jpg"), "dark"), (ImageSource.FromFile("nor-this.jpg"), "light")]);
        await Assert.ThrowsAsync<DatasetException>(() => PretrainingRuns.Model.Evaluate(none, training).WithValidation(training).RunAsync());
    }

    [Fact]
    public async Task Evaluate_TooFewOfAClass_IsRefused()
    {
        EvaluationBuilder builder = PretrainingRuns.Model.Evaluate(LabeledImages.Draw(0, 8), LabeledImages.Draw(8, 4));
        DatasetException error = await Assert.ThrowsAsync<DatasetException>(() => builder.WithFewShot([4]).RunAsync());
        Assert.Equal("dark", error.Name);
    }

    [Fact]
    public void WithValidation_OtherClasses_IsRefused()
    {
        EvaluationBuilder builder = PretrainingRuns.Model.Evaluate(LabeledImages.Draw(0, 4), LabeledImages.Draw(4, 4));
        Assert.Throws<ArgumentException>(() => builder.WithValidation(ImageList.FromLabeled([(ImageSource.FromFile("a"), "other")])));
    }

    [Fact]
    public async Task Evaluate_Canceled_EndsSoon()
    {
        using var stop = new CancellationTokenSource();
        var progress = new Immediate([]) { OnReport = report => { if (report.Stage == EvaluationStage.TrainingProbes) { stop.Cancel(); } } };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => PretrainingRuns.Model
            .Evaluate(LabeledImages.Draw(0, 16), LabeledImages.Draw(16, 8))
            .WithProbe(Short with { Epochs = 100_000 })
            .RunAsync(progress, stop.Token));
        Assert.InRange(progress.Seen.Count, 4, 10);
    }

    [Fact]
    public async Task Evaluate_MoreEpochs_LeaveNoMoreTensors()
    {
        async Task<long> LeftByAsync(int epochs)
        {
            long before = LiveTensors.CountSettled();
            await PretrainingRuns.Model.Evaluate(LabeledImages.Draw(0, 16), LabeledImages.Draw(16, 8))
                .WithProbe(Short with { Epochs = epochs })
                .RunAsync();
            return torch.Tensor.TotalCount - before;
        }

        // TorchSharp counts the tensor that a parameter was made from for ever, so that even a disposed module leaves a number.
        Assert.Equal(await LeftByAsync(1), await LeftByAsync(9));
    }

    [Fact]
    public async Task Evaluate_IllegalOptions_AreListed()
    {
        EvaluationBuilder builder = PretrainingRuns.Model.Evaluate(LabeledImages.Draw(0, 4), LabeledImages.Draw(4, 4));
        ScottConfigurationException error = await Assert.ThrowsAsync<ScottConfigurationException>(
            () => builder.WithProbe(new ProbeOptions { Epochs = 0, BatchSize = 0, WarmupRatio = 2, PeakLearningRate = 0 }).RunAsync());
        Assert.Equal(4, error.Faults.Count);
    }

    /// <summary>Images whose class is right but for every third, and all the other way round at a shift of one.</summary>
    private static ImageList Mislabeled(int from, int count, int shift) => ImageList.FromLabeled(Enumerable.Range(from, count).Select(index =>
    {
        (ImageSource source, string label) = LabeledImages.Labeled(index);
        return (source, (label == "dark") == ((index % 3 == 0 ? 1 : 0) == shift) ? "dark" : "light");
    }));

    private sealed class Immediate(List<EvaluationProgress> seen) : IProgress<EvaluationProgress>
    {
        public List<EvaluationProgress> Seen => seen;

        public Action<EvaluationProgress> OnReport { get; init; } = _ => { };

        public void Report(EvaluationProgress value)
        {
            seen.Add(value);
            OnReport(value);
        }
    }

    /// <summary>Slow images that say how many were asked for.</summary>
    private sealed class CountedImages(IImageDataset images) : IImageDataset
    {
        private int _opened;

        public int Opened => Volatile.Read(ref _opened);

        public int Count => images.Count;

        public IReadOnlyList<string> ClassNames => images.ClassNames;

        public string NameOf(int index) => images.NameOf(index);

        public int? LabelOf(int index) => images.LabelOf(index);

        public ImageSource SourceOf(int index)
        {
            Thread.Sleep(2);
            Interlocked.Increment(ref _opened);
            return images.SourceOf(index);
        }
    }
}
