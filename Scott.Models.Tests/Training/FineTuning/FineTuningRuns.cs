using Scott.Models.Datasets;
using Scott.Models.Torch;
using Scott.Models.Training;
using TorchSharp;

namespace Scott.Models.Tests.Training;

/// <summary>A small run that tests share: with dropout and stochastic depth, so that torch's random source matters.</summary>
internal static class FineTuningRuns
{
    public const int Images = 20;

    public static FineTuningOptions Options { get; } = new()
    {
        Epochs = 3,
        BatchSize = 4,
        PeakLearningRate = 2e-3,
        LayerDecay = 1,
        MixupAlpha = 0.2,
        CutmixAlpha = 0.5,
    };

    public static TrainingRunOptions Run { get; } = new() { Device = TorchDevice.Cpu };

    public static ImageList Dataset { get; } = LabeledImages.Draw(0, Images);

    public static ImageList Validation { get; } = LabeledImages.Draw(100, 10);

    public static FineTuningBuilder Build(FineTuningOptions? options = null, TrainingRunOptions? run = null) =>
        PretrainingRuns.Model.FineTune(Dataset).WithValidation(Validation).WithOptions(options ?? Options).WithRunOptions(run ?? Run);

    public static string Checksum(ScottClassifier classifier) =>
        PretrainingRuns.Checksum(classifier.Model.Weights) + PretrainingRuns.Checksum(classifier.HeadWeights);

    /// <summary>The part of a child process: trains with a checkpoint after each step, and prints a checksum of the result.</summary>
    public static void PrintChecksum(string folder)
    {
        TorchRuntime.EnsureLoaded();
        torch.set_num_threads(1);
        TrainingRunOptions run = Run with { CheckpointFolder = folder, CheckpointInterval = TimeSpan.FromTicks(1) };
        FineTuningResult result = Build(Options with { Epochs = 18 }, run).RunAsync().GetAwaiter().GetResult();
        Console.WriteLine(Checksum(result.LastClassifier) + Checksum(result.Classifier));
    }
}
