using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

/// <summary>A batch whose numbers do not fit into one array is refused before an image is read. It ended in an OverflowException.</summary>
public sealed class BatchLoaderTests
{
    private const int Images = 20_000;

    private static readonly ImageList Few = LabeledImages.Draw(0, 4);
    private static readonly TrainingRunOptions Run = new();
    private static readonly PreprocessingSpec Large = PreprocessingSpec.ForImage(224);

    [Fact]
    public void Labeled_BatchLongerThanAnArray_SaysWhatToLower()
    {
        ScottConfigurationException error = Assert.Throws<ScottConfigurationException>(() => new LabeledLoader(
            Few, (_, _, _) => { }, Large.TensorLength, new FineTuningOptions { BatchSize = Images }, Run, (_, _) => { }));
        Assert.Equal(nameof(FineTuningOptions), error.Subject);
        Assert.Equal(
            "BatchSize is 20000; expected at most 14266, because an image has 150528 numbers in a batch, and an array holds at most 2147483591. "
                + "Lower BatchSize, or use smaller images. AccumulatedBatches makes large steps of small batches.",
            Assert.Single(error.Faults));
    }

    [Theory]
    [InlineData(2, 1, "expected at most 7133, ", "Lower BatchSize or ViewsPerImage, or use")]
    [InlineData(1, 1024, "expected at most 10699, ", "Lower BatchSize, ViewsPerImage or MasksPerView, or use")]
    public void Pretraining_BatchLongerThanAnArray_SaysWhatToLower(int views, int masks, string limit, string lower)
    {
        var options = new PretrainingOptions { BatchSize = masks == 1 ? Images : 14_000, ViewsPerImage = views, MasksPerView = masks };
        ScottConfigurationException error = Assert.Throws<ScottConfigurationException>(() => new PretrainingLoader(
            Few, new TwoViewTransform(new AugmentationSpec(), Large), new KeepMaskSampler(KeepMaskKind.Uniform, new PatchGrid(14, 14), 0.6), options,
            Run, (_, _) => { }));
        Assert.Equal(nameof(PretrainingOptions), error.Subject);
        Assert.Contains(limit, Assert.Single(error.Faults), StringComparison.Ordinal);
        Assert.Contains(lower, error.Faults[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Distillation_BatchLongerThanAnArray_SaysWhatToLower()
    {
        ScottModel student = ScottModel.Create(Architectures.Tiny, seed: 3);
        var options = new DistillationOptions { BatchSize = 1_000_000_000 };
        var views = new DistillationViews(new AugmentationSpec(), student, student.Preprocessing, options);
        ScottConfigurationException error = Assert.Throws<ScottConfigurationException>(() => new DistillationLoader(
            Few, views, new KeepMaskSampler(KeepMaskKind.Uniform, student.Architecture.Grid, 0.6), options, Run, (_, _) => { }));
        Assert.Contains($"expected at most {Array.MaxLength / views.StudentLength}, ", Assert.Single(error.Faults), StringComparison.Ordinal);
    }
}
