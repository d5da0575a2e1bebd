using Microsoft.ML.OnnxRuntime;

namespace Scott.Models.Foundation;

/// <summary>Examines whether ONNX Runtime's native library is there and what it can run on.</summary>
internal static class OnnxRuntimeProbe
{
    public static IEnumerable<DiagnosticsEntry> Examine()
    {
        try
        {
            OrtEnv environment = OrtEnv.Instance();
            return [new DiagnosticsEntry("ONNX Runtime", $"{environment.GetVersionString()}; {string.Join(", ", environment.GetAvailableProviders())}")];
        }
        catch (Exception exception) when (OnnxRuntimeLibrary.IsLoadFailure(exception))
        {
            return
            [
                new DiagnosticsEntry(
                    "ONNX Runtime",
                    $"does not load: {OnnxRuntimeLibrary.Reason(exception)}",
                    "To embed images, add the package Microsoft.ML.OnnxRuntime (or Microsoft.ML.OnnxRuntime.Gpu)."),
            ];
        }
    }
}
