using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Scott.Models.Cli;
using Scott.Models.Imaging;
using Scott.Models.Tests.Training;
using Scott.Models.Torch;
using Scott.Models.Training;

namespace Scott.Models.Tests.Cli;

/// <summary>What the tool says about errors and warnings of the library and of its engines.</summary>
public sealed class FaultsTests
{
    [Theory]
    [InlineData("CUDA out of memory. Tried to allocate 2.00 GiB.")]
    [InlineData("DefaultCPUAllocator: can't allocate memory: you tried to allocate 800 bytes. Error code 12 (Cannot allocate memory)")]
    [InlineData("DefaultCPUAllocator: not enough memory: you tried to allocate 800 bytes.")]
    public void Describe_LibtorchWithoutMemory_AdvisesASmallerBatch(string message)
    {
        // An analyzer forbids to write "new" of this type, which TorchSharp throws.
        var error = (Exception)Activator.CreateInstance(typeof(ExternalException), $"{message}\nException raised from allocate at a.cpp:1")!;
        Assert.True(Faults.AreExpected(error));
        Assert.Equal($"{message} Use a smaller batch, or another --device.", Faults.Describe(error));
    }

    [Fact]
    public void InWordsOfTheTool_ErrorOfAnArgument_NamesNoParameter()
    {
        var error = new ArgumentException("There is a class 'red'; expected a new name. Use Relabel to move images to a class.", "newName");
        Assert.Equal(
            "There is a class 'red'; expected a new name. To move an image to another class, add it to that class.",
            Faults.InWordsOfTheTool(error.Message));
    }

    [Fact]
    public void Describe_OnnxRuntime_IsAnExpectedFaultOfOneLine()
    {
        OnnxRuntimeException error = Assert.Throws<OnnxRuntimeException>(() => new InferenceSession(new byte[100]));
        Assert.True(Faults.AreExpected(error));
        string text = Faults.Describe(error);
        Assert.StartsWith("ONNX Runtime cannot run the model: ", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', text);
    }

    [Fact]
    public void Describe_DivergedTraining_NamesTheOptionOfTheTool()
    {
        string text = Faults.Describe(new TrainingDivergedException(3, double.NaN, ["a.png"], null));
        Assert.Contains("Lower the learning rate or add --set maximumGradientNorm=1.", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, 1, "Lower --batch-size or --set viewsPerImage, or use smaller images. ")]
    [InlineData(1, 1024, "Lower --batch-size, --set viewsPerImage or --set masksPerView, or use smaller images. ")]
    public void Describe_BatchThatNoArrayHolds_NamesTheOptionsOfTheTool(int views, int masks, string advice)
    {
        var options = new PretrainingOptions { BatchSize = masks == 1 ? 20_000 : 14_000, ViewsPerImage = views, MasksPerView = masks };
        var transform = new TwoViewTransform(new AugmentationSpec(), PreprocessingSpec.ForImage(224));
        var sampler = new KeepMaskSampler(KeepMaskKind.Uniform, new PatchGrid(14, 14), 0.6);
        ScottConfigurationException error = Assert.Throws<ScottConfigurationException>(() => new PretrainingLoader(
            LabeledImages.Draw(0, 4), transform, sampler, options, new TrainingRunOptions(), (_, _) => { }));
        Assert.EndsWith(
            advice + "--set accumulatedBatches makes large steps of small batches.", Faults.Describe(error), StringComparison.Ordinal);
    }

    [Fact]
    public void InWordsOfTheTool_WarningsAndLogOfARun_NameTheOptionsOfTheTool()
    {
        string warning = Faults.InWordsOfTheTool(HealthWatch.GradientWarning(1000, 1)!);
        Assert.EndsWith("Lower the learning rate, or add --set maximumGradientNorm=1.", warning, StringComparison.Ordinal);
        using var log = new LogLines();
        RunLog.KeepsPrecision(log, TrainingPrecision.BFloat16, TrainingPrecision.Float32);
        string precision = Faults.InWordsOfTheTool(Assert.Single(log.Lines));
        Assert.EndsWith("Set --precision to change that, and --allow-changed-options.", precision, StringComparison.Ordinal);
    }
}
