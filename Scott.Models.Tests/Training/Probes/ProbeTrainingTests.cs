using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Tests.Metrics;
using Scott.Models.Tests.Torch;
using Scott.Models.Training;
using TorchSharp;

namespace Scott.Models.Tests.Training;

/// <summary>What probes learn from: unchanged images or random views, and the training images alone or with the validation images.</summary>
[Collection(TorchTests.Name)]
public sealed class ProbeTrainingTests
{
    private static readonly ProbeOptions Short = new() { Epochs = 3, BatchSize = 8, PeakLearningRate = 1e-2 };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Refit_ProbesThatAreTested_LearnFromTrainingAndValidation(bool isAugmented)
    {
        ProbeOptions probe = Short with { Augmentation = isAugmented ? new AugmentationSpec() : null };
        (ImageList training, ImageList validation) = (Hard(0, 20), Hard(20, 12));
        Task<EvaluationResult> RunAsync(IImageDataset learned, bool refits) => PretrainingRuns.Model.Evaluate(learned, Hard(40, 40))
            .WithOptions(new EvaluationOptions { Probe = probe, RefitsWithValidation = refits })
            .WithValidation(validation)
            .RunAsync();
        EvaluationResult plain = await RunAsync(training, refits: false);
        EvaluationResult refitted = await RunAsync(training, refits: true);
        EvaluationResult both = await RunAsync(new ConcatenatedDataset(training, validation), refits: false);
        Assert.Equal((20, 32, 32), (plain.TrainingImages, refitted.TrainingImages, both.TrainingImages));
        Assert.Equal(plain.Probes.Select(result => result.Validation), refitted.Probes.Select(result => result.Validation));
        Assert.Equal((plain.Selected.Head, plain.LinearPenalty), (refitted.Selected.Head, refitted.LinearPenalty));
        Assert.Equal(both.Neighbors.Test, refitted.Neighbors.Test);
        Assert.Equal(both.Attentive.Select(result => result.Test), refitted.Attentive.Select(result => result.Test));
        Assert.Equal(both.Attentive.Select(result => result.TrainingTop1), refitted.Attentive.Select(result => result.TrainingTop1));
        Assert.NotEqual(plain.Neighbors.Test, refitted.Neighbors.Test);
    }

    [Fact]
    public async Task Augmentation_OfTheProbes_ChangesTheAttentiveOnesAlone()
    {
        async Task<EvaluationResult> RunAsync(AugmentationSpec? augmentation, int epochs = 3) => await PretrainingRuns.Model
            .Evaluate(Hard(0, 20), Hard(40, 40))
            .WithValidation(Hard(20, 12))
            .WithProbe(Short with { Epochs = epochs, Augmentation = augmentation })
            .RunAsync();
        EvaluationResult plain = await RunAsync(null);
        EvaluationResult augmented = await RunAsync(new AugmentationSpec());
        Assert.Equal(augmented.ToJson(), (await RunAsync(new AugmentationSpec())).ToJson());
        Assert.Equal((plain.Neighbors, plain.Linear), (augmented.Neighbors, augmented.Linear));
        Assert.NotEqual(
            plain.Attentive.Select(probe => probe.Test.CalibrationError), augmented.Attentive.Select(probe => probe.Test.CalibrationError));
        await RunAsync(new AugmentationSpec(), epochs: 1);
        long before = LiveTensors.CountSettled();
        await RunAsync(new AugmentationSpec(), epochs: 1);
        long once = torch.Tensor.TotalCount - before;
        before = LiveTensors.CountSettled();
        await RunAsync(new AugmentationSpec(), epochs: 4);
        Assert.Equal(once, torch.Tensor.TotalCount - before);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Repeats_OfTheProbes_DifferFromEachOther(bool isAugmented)
    {
        async Task<EvaluationResult> RunAsync(int repeats) => await PretrainingRuns.Model.Evaluate(Hard(0, 20), Hard(40, 40))
            .WithValidation(Hard(20, 12))
            .WithAttentiveProbes(ClassifierHead.SimpleAttentive, ClassifierHead.CrossAttentive)
            .WithProbe(Short with { Repeats = repeats, Augmentation = isAugmented ? new AugmentationSpec() : null })
            .RunAsync();
        (EvaluationResult once, EvaluationResult twice) = (await RunAsync(1), await RunAsync(2));
        Assert.Equal((1, 2), (once.AttentiveRepeats.Count, twice.AttentiveRepeats.Count));
        Assert.Equal((once.Neighbors, once.Linear), (twice.Neighbors, twice.Linear));
        Assert.Contains(twice.Selected, twice.Attentive);
        Assert.All(twice.AttentiveRepeats, probes => Assert.Equal(once.Attentive.Select(probe => probe.Head), probes.Select(probe => probe.Head)));
        Assert.Equal(4, twice.AttentiveRepeats.SelectMany(probes => probes).Select(probe => probe.Test.CalibrationError).Distinct().Count());
        Assert.Equal(twice.AttentiveRepeats.SelectMany(probes => probes), (await RunAsync(2)).AttentiveRepeats.SelectMany(probes => probes));
    }

    [Fact]
    public async Task Augmentation_ThatIsNotLegal_IsRefusedBeforeTheEncoderRuns()
    {
        var seen = new ReportList<EvaluationProgress>();
        ScottConfigurationException error = await Assert.ThrowsAsync<ScottConfigurationException>(() => PretrainingRuns.Model
            .Evaluate(Hard(0, 20), Hard(40, 20))
            .WithProbe(Short with { Augmentation = new AugmentationSpec { MinimumScale = 2 } })
            .RunAsync(seen));
        Assert.Equal("AugmentationSpec", error.Subject);
        Assert.Empty(seen.Items);
    }

    /// <summary>An argument's error of the metrics came out at the end.</summary>
    [Fact]
    public async Task Evaluate_ProbesThatDiverge_NamesTheLearningRate()
    {
        ScottConfigurationException error = await Assert.ThrowsAsync<ScottConfigurationException>(() => PretrainingRuns.Model
            .Evaluate(Hard(0, 20), Hard(40, 20))
            .WithValidation(Hard(20, 12))
            .WithProbe(Short with { PeakLearningRate = 1e30 })
            .RunAsync());
        Assert.Equal("ProbeOptions", error.Subject);
        string fault = Assert.Single(error.Faults);
        Assert.StartsWith("PeakLearningRate is 1E+30; expected less, because after ", fault, StringComparison.Ordinal);
        Assert.EndsWith(" a probe computes numbers that are not finite.", fault, StringComparison.Ordinal);
    }

    /// <summary>Dark and light images, but each third one has the other class, so that no probe gets all of them right.</summary>
    private static ImageList Hard(int from, int count) => ImageList.FromLabeled(Enumerable.Range(from, count).Select(index =>
    {
        (ImageSource source, string label) = LabeledImages.Labeled(index);
        return (source, index % 3 != 0 ? label : label == "dark" ? "light" : "dark");
    }));
}
