using SkiaSharp;

namespace Scott.Models.Imaging;

/// <summary>Loads SkiaSharp's native library. If it is missing or does not load, throws one typed error.</summary>
internal static class SkiaLibrary
{
    private static bool _isLoaded;

    /// <summary>The package that has the library for this system.</summary>
    private static string Package => OperatingSystem.IsBrowser() ? "SkiaSharp.NativeAssets.WebAssembly"
        : OperatingSystem.IsWindows() ? "SkiaSharp.NativeAssets.Win32"
        : OperatingSystem.IsMacOS() ? "SkiaSharp.NativeAssets.macOS"
        : "SkiaSharp.NativeAssets.Linux.NoDependencies";

    private static string Advice => OperatingSystem.IsBrowser()
        ? "Let the browser decode, and pass the pixels with ImageSource.FromImage(RgbImage.FromPixels(...)). Or add the package "
            + $"{Package} to the app, in the version of SkiaSharp; it needs the workload wasm-tools."
        : $"Add the package {Package} to the app, in the version of SkiaSharp.";

    /// <summary>Loads it if it is not loaded yet. Thread-safe.</summary>
    /// <exception cref="NativeLibraryException">It is missing or does not load.</exception>
    public static void Load()
    {
        if (_isLoaded)
            return;

        try
        {
            _ = SkiaSharpVersion.Native;
            _isLoaded = true;
        }
        catch (Exception exception) when (NativeLoadError.Is(exception))
        {
            IReadOnlyList<string> folders = NativeFolders.Candidates(typeof(SkiaSharpVersion).Assembly);
            string searched = folders.Count == 0 ? string.Empty : $" Searched: {string.Join(", ", folders)}.";
            throw new NativeLibraryException(
                "libSkiaSharp",
                Package,
                folders,
                $"SkiaSharp, which decodes and encodes images, does not load: {NativeLoadError.Reason(exception)}. {Advice}{searched}",
                exception);
        }
    }

    /// <summary>Reports whether it loads.</summary>
    public static IEnumerable<DiagnosticsEntry> Examine()
    {
        try
        {
            return [new DiagnosticsEntry("SkiaSharp", $"{SkiaSharpVersion.Native}")];
        }
        catch (Exception exception) when (NativeLoadError.Is(exception))
        {
            return [new DiagnosticsEntry("SkiaSharp", $"does not load: {NativeLoadError.Reason(exception)}", Advice)];
        }
    }
}
