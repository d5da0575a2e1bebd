using Microsoft.ML.OnnxRuntime;
using Scott.Models.Errors;

namespace Scott.Models.Native;

/// <summary>Examines whether ONNX Runtime's native library is there and what it can run on.</summary>
internal static class OnnxRuntimeProbe
{
    public static IEnumerable<DiagnosticsEntry> Examine()
    {
        try
        {
            OrtEnv environment = OnnxRuntimeLibrary.Load();
            return [new DiagnosticsEntry("ONNX Runtime", $"{environment.GetVersionString()}; {string.Join(", ", environment.GetAvailableProviders())}")];
        }
        catch (NativeLibraryException exception)
        {
            return
            [
                new DiagnosticsEntry(
                    "ONNX Runtime",
                    exception.Message.Split(". Add")[0],
                    $"To embed pictures, add the package {exception.PackageToAdd} (or {exception.PackageToAdd}.Gpu)."),
            ];
        }
    }
}
