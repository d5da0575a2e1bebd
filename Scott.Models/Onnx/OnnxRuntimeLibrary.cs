using Microsoft.ML.OnnxRuntime;

namespace Scott.Models.Onnx;

/// <summary>Loads ONNX Runtime. If its native library is missing or does not load, throws one typed error, whatever the cause.</summary>
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
        catch (Exception exception) when (NativeLoadError.Is(exception))
        {
            IReadOnlyList<string> folders = NativeFolders.Candidates(typeof(OrtEnv).Assembly);
            throw new NativeLibraryException(
                "onnxruntime",
                PackageName,
                folders,
                $"ONNX Runtime does not load: {NativeLoadError.Reason(exception)}. Add the package {PackageName} (or {PackageName}.Gpu, .DirectML) "
                    + $"to the app, in the version of {PackageName}.Managed. Searched: {string.Join(", ", folders)}.",
                exception);
        }
    }

    /// <summary>Reports whether ONNX Runtime's native library is installed, and which execution providers it has.</summary>
    public static IEnumerable<DiagnosticsEntry> Examine()
    {
        try
        {
            OrtEnv environment = OrtEnv.Instance();
            string providers = string.Join(", ", environment.GetAvailableProviders());
            return [new DiagnosticsEntry("ONNX Runtime", $"{environment.GetVersionString()}; {providers}")];
        }
        catch (Exception exception) when (NativeLoadError.Is(exception))
        {
            const string Advice = $"To embed images, add the package {PackageName} (or {PackageName}.Gpu).";
            return [new DiagnosticsEntry("ONNX Runtime", $"does not load: {NativeLoadError.Reason(exception)}", Advice)];
        }
    }
}
