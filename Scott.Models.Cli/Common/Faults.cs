using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Microsoft.ML.OnnxRuntime;

namespace Scott.Models.Cli;

/// <summary>The command line asks for something impossible; the message says what, for people.</summary>
internal sealed class UsageException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>The errors that a run may meet without a bug in the program, as one line each.</summary>
internal static partial class Faults
{
    /// <summary>What the library's errors advise, and what the same is called here.</summary>
    private static readonly (string OfTheLibrary, string OfTheTool)[] Words =
    [
        ("Patience or Watched asks", "--patience or --set watched asks"),
        ("WithEvaluation, or Watched as EffectiveRank", "--labels-train and --labels-val"),
        ("or set MaximumGradientNorm", "or add --set maximumGradientNorm=1"),
        ("Set Precision to change that", "Set --precision to change that"),
        ("Lower AccumulatedBatches, or make batches smaller", "Lower --set accumulatedBatches or --batch-size"),
        ("Lower BatchSize", "Lower --batch-size"),
        (" or ViewsPerImage, or use", " or --set viewsPerImage, or use"),
        (", ViewsPerImage or MasksPerView, or use", ", --set viewsPerImage or --set masksPerView, or use"),
        ("AccumulatedBatches makes large steps", "--set accumulatedBatches makes large steps"),
        ("See WithImageChannels", "See 'scott models adapt --channels'"),
        (" Start from FineTuningOptions.MultiLabel.", string.Empty),
        ("FineTuneMultiLabel has", "--multi-label has"),
        ("Use Relabel to move images to a class", "To move an image to another class, add it to that class"),
        ("AllowChangedOptions", "--allow-changed-options"),
        ("ScottModels.ImportAsync", "'scott models import'"),
        ("ScottModels.RemoveAsync", "'scott models remove'"),
        ("ZooOptions.Manifests", "the option --manifest of 'scott models'"),
        ("ZooOptions.CacheFolder or ", string.Empty),
        ("ZooOptions.HubEndpoint or ", string.Empty),
        ("ZooOptions.HubToken or ", string.Empty),
        ("ZooOptions.Offline, ", string.Empty),
    ];

    /// <summary>What libtorch says if memory runs out: on a GPU, and on the CPU of Unix and of Windows.</summary>
    private static readonly string[] OutOfMemory = ["out of memory", "can't allocate memory", "not enough memory"];

    /// <summary>What the library, the file system, ONNX Runtime and libtorch report; anything else is a bug of this program and keeps its stack
    /// trace.</summary>
    public static bool AreExpected(Exception exception) =>
        exception is ScottException or IOException or UnauthorizedAccessException or OnnxRuntimeException || IsOfTorch(exception);

    public static string Describe(Exception exception)
    {
        // libtorch appends where in its code the error is.
        string message = IsOfTorch(exception) ? exception.Message.Split("\nException raised from")[0] : exception.Message;
        string line = string.Join(' ', message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        line = InWordsOfTheTool(line);
        if (IsOfTorch(exception) && OutOfMemory.Any(phrase => line.Contains(phrase, StringComparison.OrdinalIgnoreCase)))
            return $"{line} Use a smaller batch, or another --device.";
        if (exception is OnnxRuntimeException)
            return $"ONNX Runtime cannot run the model: {line} Run 'scott doctor' to check this machine, or export the model again.";

        return exception is NativeLibraryException native && native.LibraryName.Contains("torch", StringComparison.OrdinalIgnoreCase)
            ? $"{line} For this tool: install the package for your system again, or build it with -p:ScottUsesTorch=true."
            : line;
    }

    /// <summary>A message of the library with the names that the command line has, and without what .NET appends about a parameter.</summary>
    public static string InWordsOfTheTool(string message) => Words.Aggregate(
        Parameter().Replace(message, string.Empty), (text, word) => text.Replace(word.OfTheLibrary, word.OfTheTool, StringComparison.Ordinal));

    [GeneratedRegex(@" \(Parameter '\w+'\)")]
    private static partial Regex Parameter();

    /// <summary>TorchSharp throws this very type for every error of libtorch.</summary>
    private static bool IsOfTorch(Exception exception) => exception.GetType() == typeof(ExternalException);
}
