using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Metrics;
using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

/// <summary>Runs on sets of which next to nothing can be read.</summary>
[Collection(TorchTests.Name)]
public sealed class FewReadableImagesTests
{
    private static readonly ProbeOptions Short = new() { Epochs = 1, BatchSize = 8 };

    private static ImageList One => LabeledImages.Draw(100, 1);

    private static IEnumerable<(ImageSource Source, string Label)> Sound => Enumerable.Range(0, 12).Select(LabeledImages.Labeled);

    /// <summary>Dark and light as ever, and a class of empty files.</summary>
    private static ImageList Broken => ImageList.FromLabeled([.. Sound, .. Enumerable.Range(0, 4).Select(i => (Empty($"broken {i}"), "broken"))]);

    /// <summary>The same classes, all of which can be read.</summary>
    private static ImageList Whole => ImageList.FromLabeled(
        [.. Sound, .. Enumerable.Range(0, 4).Select(i => (LabeledImages.Labeled(200 + i).Source, "broken"))]);

    [Fact]
    public async Task FineTune_OneValidationImage_Works()
    {
        FineTuningResult result = await PretrainingRuns.Model.FineTune(FineTuningRuns.Dataset).WithValidation(One)
            .WithOptions(FineTuningRuns.Options).WithRunOptions(FineTuningRuns.Run).RunAsync();
        Assert.Equal(3, result.History.Count);
        Assert.All(result.History, record =>
        {
            Assert.Equal(1, record.Validation.Images);
            Assert.Equal(new FeatureHealth(0, 1, 1, 1), record.Health);
            Assert.DoesNotContain(record.Warnings, warning => warning.Contains("collapsed", StringComparison.Ordinal));
        });
    }

    [Fact]
    public async Task FineTune_OneReadableValidationImage_Works()
    {
        ImageList validation = ImageList.FromLabeled([LabeledImages.Labeled(100), (Empty("empty"), LabeledImages.Labeled(100).Label)]);
        FineTuningResult result = await PretrainingRuns.Model.FineTune(FineTuningRuns.Dataset).WithValidation(validation)
            .WithOptions(FineTuningRuns.Options with { Epochs = 1 }).WithRunOptions(FineTuningRuns.Run).RunAsync();
        Assert.Equal(1, result.History[0].Validation.Images);
    }

    [Fact]
    public async Task Evaluate_OneImageInASet_Works()
    {
        EvaluationResult result = await PretrainingRuns.Model.Evaluate(LabeledImages.Draw(0, 8), One).WithValidation(One)
            .WithProbe(Short).WithFewShot([1], repeats: 2).RunAsync();
        Assert.All(result.Probes, probe => Assert.Equal((1, 1), (probe.Validation.Images, probe.Test.Images)));
        Assert.Equal(new FeatureHealth(0, 1, 1, 1), result.Health);
        Assert.DoesNotContain("NaN", result.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_OneTrainingImage_Works()
    {
        EvaluationResult result = await PretrainingRuns.Model.Evaluate(One, One).WithValidation(One).WithProbe(Short).RunAsync();
        Assert.Equal(1, result.TrainingImages);
        Assert.DoesNotContain("NaN", result.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pretrain_OneProbeImage_Works()
    {
        PretrainingResult result = await PretrainingRuns.Model.Pretrain(PretrainingRuns.Dataset).WithEvaluation(LabeledImages.Draw(0, 4), One)
            .WithOptions(PretrainingRuns.Options with { Epochs = 1 }).WithRunOptions(PretrainingRuns.Run).RunAsync();
        Assert.Equal(1, result.History[0].Accuracy!.Value.ValidationImages);
    }

    [Theory]
    [InlineData("training")]
    [InlineData("validation")]
    [InlineData("split")]
    public async Task FineTune_ClassThatCannotBeRead_IsAnErrorBeforeTraining(string which)
    {
        FineTuningBuilder builder = PretrainingRuns.Model.FineTune(which == "validation" ? Whole : Broken);
        builder = which == "split" ? builder : builder.WithValidation(which == "validation" ? Broken : Whole);
        bool hasTrained = false;
        builder.WithOptions(FineTuningRuns.Options).WithRunOptions(FineTuningRuns.Run).OnStep((_, _) =>
        {
            hasTrained = true;
            return ValueTask.CompletedTask;
        });
        DatasetException error = await Assert.ThrowsAsync<DatasetException>(() => builder.RunAsync());
        Assert.False(hasTrained);
        string split = which == "validation" ? "validation" : "training";
        Assert.Contains($"{split} images of the class 'broken' can be read. The first is 'broken ", error.Message, StringComparison.Ordinal);
        Assert.IsType<ImageFormatException>(error.InnerException);
    }

    [Fact]
    public async Task FineTune_ClassWhoseImagesAreCutOff_IsAnErrorBeforeTraining()
    {
        byte[] png = LabeledImages.Labeled(1).Source.Image!.EncodePng();
        ImageList cut = ImageList.FromLabeled([.. Sound, (ImageSource.FromBytes(png.AsMemory(0, png.Length - 200), "cut"), "broken")]);
        DatasetException error = await Assert.ThrowsAsync<DatasetException>(
            () => PretrainingRuns.Model.FineTune(cut).WithValidation(One).WithRunOptions(FineTuningRuns.Run).RunAsync());
        Assert.Contains("the only training image of the class 'broken' cannot be read. The first is 'cut'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FineTune_SomeOfAClassCanBeRead_Trains()
    {
        ImageList some = ImageList.FromLabeled([.. Enumerable.Range(0, 4).Select(i => (Empty($"{i}"), "dark")), .. Sound]);
        FineTuningResult result = await PretrainingRuns.Model.FineTune(some).WithValidation(One)
            .WithOptions(FineTuningRuns.Options with { Epochs = 1 }).WithRunOptions(FineTuningRuns.Run).RunAsync();
        Assert.Single(result.History);
    }

    [Theory]
    [InlineData("training")]
    [InlineData("validation")]
    [InlineData("test")]
    public async Task Evaluate_ClassThatCannotBeRead_IsAnError(string which)
    {
        DatasetException error = await Assert.ThrowsAsync<DatasetException>(() => PretrainingRuns.Model
            .Evaluate(which == "training" ? Broken : Whole, which == "test" ? Broken : Whole)
            .WithValidation(which == "validation" ? Broken : Whole).WithProbe(Short).RunAsync());
        Assert.Contains($"none of the 4 {which} images of the class 'broken' can be read", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pretrain_ProbeClassThatCannotBeRead_IsAnErrorBeforeTraining()
    {
        DatasetException error = await Assert.ThrowsAsync<DatasetException>(() => PretrainingRuns.Model.Pretrain(PretrainingRuns.Dataset)
            .WithEvaluation(Whole, Broken).WithOptions(PretrainingRuns.Options).WithRunOptions(PretrainingRuns.Run).RunAsync());
        Assert.Contains("none of the 4 validation images of the class 'broken' can be read", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FineTune_ClassesThatLookTheSame_AreLogged()
    {
        var log = new LogLines();
        ImageList list = ImageList.FromLabeled(Sound.Select((each, i) => (each.Source, i % 2 == 0 ? "cat" : " cat")));
        await PretrainingRuns.Model.FineTune(list)
            .WithOptions(FineTuningRuns.Options with { Epochs = 1 }).WithRunOptions(FineTuningRuns.Run).WithLogger(log).RunAsync();
        const string Warning = "Warning: The classes ' cat' and 'cat' differ only by white space";
        Assert.Contains(log.Lines, line => line.StartsWith(Warning, StringComparison.Ordinal));
    }

    private static ImageSource Empty(string name) => ImageSource.FromBytes(default, name);
}
