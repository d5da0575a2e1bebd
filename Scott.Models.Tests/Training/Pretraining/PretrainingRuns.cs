using System.Security.Cryptography;
using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Tests.Inference;
using Scott.Models.Torch;
using Scott.Models.Training;
using Scott.Models.Weights;
using TorchSharp;

namespace Scott.Models.Tests.Training;

/// <summary>A small run that tests share: with dropout and stochastic depth, so that torch's random source matters.</summary>
internal static class PretrainingRuns
{
    public const int Images = 18;

    public static ScottModel Model { get; } = ScottModel.Create(
        Architectures.Tiny with { DropoutRate = 0.2, AttentionDropoutRate = 0.1, StochasticDepthRate = 0.1 }, seed: 9);

    public static PretrainingOptions Options { get; } = new()
    {
        Epochs = 4,
        BatchSize = 3,
        AccumulatedBatches = 2,
        PredictorDepth = 1,
        MaximumGradientNorm = 1,
    };

    public static TrainingRunOptions Run { get; } = new() { Device = TorchDevice.Cpu, HealthImages = 8 };

    public static ImageList Dataset { get; } =
        ImageList.FromSources(Enumerable.Range(0, Images).Select(i => ImageSource.FromImage(DrawnImages.Draw(i), $"drawn {i}")));

    /// <summary>The part of a child process: trains with a checkpoint after each step, and prints a checksum of the result.</summary>
    public static void PrintChecksum(string folder)
    {
        TorchRuntime.EnsureLoaded();
        torch.set_num_threads(1);
        TrainingRunOptions run = Run with { CheckpointFolder = folder, CheckpointInterval = TimeSpan.FromTicks(1) };
        PretrainingBuilder builder = Model.Pretrain(Dataset).WithOptions(Options with { Epochs = 40 }).WithRunOptions(run);
        PretrainingResult result = builder.RunAsync().GetAwaiter().GetResult();
        Console.WriteLine(Checksum(result.Model.Weights));
    }

    public static string Checksum(WeightSet weights)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (WeightTensor weight in weights.OrderBy(weight => weight.Name, StringComparer.Ordinal))
            hash.AppendData(weight.Data.Span);

        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
