using Microsoft.ML.OnnxRuntime;

namespace Scott.Models.Native;

/// <summary>Examines whether ONNX Runtime's native library is there and what it can run on.</summary>
internal static class OnnxRuntimeProbe
{
    public static IEnumerable<DiagnosticsEntry> Examine()
    {
        string finding;
        try
        {
            OrtEnv environment = OrtEnv.Instance();
            finding = $"{environment.GetVersionString()}; {string.Join(", ", environment.GetAvailableProviders())}";
        }
        catch (Exception exception)
        {
            // Whatever the loader or a static constructor throws, the finding is the same: it does not run. The loader's message goes on
            // with a page of the paths it tried.
            string reason = exception.GetBaseException().Message.Split('.', '\n')[0].Trim();
            return
            [
                new DiagnosticsEntry(
                    "ONNX Runtime",
                    $"does not load: {reason}",
                    "To embed pictures, add the package Microsoft.ML.OnnxRuntime (or Microsoft.ML.OnnxRuntime.Gpu)."),
            ];
        }

        return [new DiagnosticsEntry("ONNX Runtime", finding)];
    }
}
