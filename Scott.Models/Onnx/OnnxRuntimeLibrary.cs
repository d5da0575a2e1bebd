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
        catch (Exception exception) when (IsLoadFailure(exception))
        {
            IReadOnlyList<string> folders = NativeFolders.Candidates(typeof(OrtEnv).Assembly);
            throw new NativeLibraryException(
                "onnxruntime",
                PackageName,
                folders,
                $"ONNX Runtime does not load: {Reason(exception)}. Add the package {PackageName} (or {PackageName}.Gpu, .DirectML) to the app, "
                    + $"in the version of {PackageName}.Managed. Searched: {string.Join(", ", folders)}.",
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
        catch (Exception exception) when (IsLoadFailure(exception))
        {
            const string Advice = $"To embed images, add the package {PackageName} (or {PackageName}.Gpu).";
            return [new DiagnosticsEntry("ONNX Runtime", $"does not load: {Reason(exception)}", Advice)];
        }
    }

    /// <summary>Whether .NET throws this kind of error for a native library that is missing or does not fit.</summary>
    private static bool IsLoadFailure(Exception exception) =>
        exception is TypeInitializationException or DllNotFoundException or EntryPointNotFoundException or BadImageFormatException;

    /// <summary>The loader's message without the paths that it tried: the first sentence, and the last line about a file that it found.</summary>
    private static string Reason(Exception exception)
    {
        string[] lines = exception.GetBaseException().Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string sentence = lines[0].Split(". ")[0].TrimEnd('.');
        string? found = lines.Skip(1).LastOrDefault(line => !line.EndsWith("No such file or directory", StringComparison.Ordinal));
        return found is null ? sentence : $"{sentence} ({found})";
    }
}
