using Microsoft.ML.OnnxRuntime;
using Scott.Models.Errors;

namespace Scott.Models.Native;

/// <summary>The one gate to ONNX Runtime: turns every way in which its native library can be missing into one typed error.</summary>
internal static class OnnxRuntimeLibrary
{
    private const string PackageName = "Microsoft.ML.OnnxRuntime";

    /// <summary>Loads ONNX Runtime if it is not loaded yet. Thread-safe.</summary>
    /// <exception cref="NativeLibraryException">It is missing or does not load.</exception>
    public static OrtEnv Load()
    {
        try
        {
            return OrtEnv.Instance();
        }
        catch (Exception exception) when (exception is TypeInitializationException or DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            // The loader's message goes on with a page of the paths it tried.
            string reason = exception.GetBaseException().Message.Split('.', '\n')[0].Trim();
            IReadOnlyList<string> folders = [.. NativeFolders.Candidates()];
            throw new NativeLibraryException(
                "onnxruntime",
                PackageName,
                folders,
                $"ONNX Runtime does not load: {reason}. Add the package {PackageName} (or {PackageName}.Gpu, .DirectML) to the app, "
                    + $"in the version of {PackageName}.Managed. Searched: {string.Join(", ", folders)}.",
                exception);
        }
    }
}
