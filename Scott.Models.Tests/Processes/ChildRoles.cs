using System.Globalization;
using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Onnx;
using Scott.Models.Tests.Foundation;
using Scott.Models.Tests.Inference;
using Scott.Models.Tests.Training;
using Scott.Models.Tests.Zoo;
using Scott.Models.Torch;
using static TorchSharp.torch;

namespace Scott.Models.Tests.Processes;

/// <summary>What a child process of a test does.</summary>
internal static class ChildRoles
{
    public const string RunBackbone = "run-backbone";
    public const string StayTorchFree = "stay-torch-free";
    public const string CatchNativeError = "catch-native-error";
    public const string PrintDiagnostics = "print-diagnostics";
    public const string Pretrain = "pretrain";
    public const string FineTune = "fine-tune";
    public const string FetchModel = "fetch-model";
    public const string BeginToWrite = "begin-to-write";
    public const string HoldRun = "hold-run";

    public static int Run(string role, string[] arguments)
    {
        switch (role)
        {
            case RunBackbone:
                PrintTokenSum();
                return 0;
            case StayTorchFree:
                return WorkWithoutTorch(arguments[0]);
            case CatchNativeError:
                PrintNativeError();
                return 0;
            case PrintDiagnostics:
                Console.WriteLine(ScottDiagnostics.Report());
                return 0;
            case Pretrain:
                PretrainingRuns.PrintChecksum(arguments[0]);
                return 0;
            case FineTune:
                FineTuningRuns.PrintChecksum(arguments[0]);
                return 0;
            case FetchModel:
                FetchingChild.Run(arguments[0], arguments[1], arguments[2]);
                return 0;
            case BeginToWrite:
                AtomicFileTests.BeginToWrite(arguments[0]);
                return 0;
            case HoldRun:
                RunFolderTests.HoldRun(arguments[0]);
                return 0;
            default:
                throw new ArgumentException($"No child role is called '{role}'.", nameof(role));
        }
    }

    private static void PrintTokenSum()
    {
        using Backbone backbone = ScottModel.Create(Architectures.Tiny, seed: 1).CreateBackbone(TorchDevice.Cpu);
        using var scope = NewDisposeScope();
        float sum = backbone.call(ones(1, 3, backbone.Architecture.ImagePixels, backbone.Architecture.ImagePixels), null).abs().sum().item<float>();
        Console.WriteLine(sum.ToString("F2", CultureInfo.InvariantCulture));
    }

    private static void PrintNativeError()
    {
        for (int attempt = 0; attempt < 2; attempt++)
        {
            NativeLibraryException error = Assert.Throws<NativeLibraryException>(() => TorchDevice.Available());
            Console.WriteLine($"{error.GetType().Name} {error.PackageToAdd}: {error.Message}");
        }
    }

    /// <summary>Everything that should not need libtorch; fails if it is mapped afterwards.</summary>
    private static int WorkWithoutTorch(string path)
    {
        ScottModel model = ScottModel.Create(Architectures.Tiny, seed: 1).WithImageSize(96);
        model.SaveAsync(path).GetAwaiter().GetResult();
        ScottModel read = ScottModel.FromFileAsync(path).GetAwaiter().GetResult();
        _ = TorchDevice.Parse("cuda:1");
        using (FeatureExtractor extractor = read.ExtractFeatures().WithTokens().Build())
            _ = extractor.EmbedAsync(ImageSource.FromImage(DrawnImages.Draw(0))).GetAwaiter().GetResult();

        read.ExportOnnx(path + ".onnx").WithParityReference(OnnxParityReference.OnnxRuntime).SaveAsync().GetAwaiter().GetResult();
        const string Maps = "/proc/self/maps";
        bool isMapped = File.Exists(Maps) && File.ReadLines(Maps).Any(line => line.Contains("libtorch", StringComparison.Ordinal));
        Console.WriteLine($"{read.Architecture.ImagePixels} {TorchRuntime.IsLoaded} {isMapped}");
        return isMapped || TorchRuntime.IsLoaded ? 1 : 0;
    }
}
