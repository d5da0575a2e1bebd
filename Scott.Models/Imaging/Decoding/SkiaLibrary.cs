using SkiaSharp;

namespace Scott.Models.Imaging;

/// <summary>Loads SkiaSharp's native library. If it is missing or does not load, throws one typed error.</summary>
internal static class SkiaLibrary
{
    private const string LinuxPackage = "SkiaSharp.NativeAssets.Linux.NoDependencies";
    private const string BrowserPackage = "SkiaSharp.NativeAssets.WebAssembly";

    private static bool _isLoaded;

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
            string start = $"SkiaSharp, which decodes and encodes images, does not load: {NativeLoadError.Reason(exception)}.";
            throw OperatingSystem.IsBrowser()
                ? new NativeLibraryException(
                    "libSkiaSharp",
                    BrowserPackage,
                    folders,
                    $"{start} Let the browser decode, and pass the pixels with ImageSource.FromImage(RgbImage.FromPixels(...)), or add the package "
                        + $"{BrowserPackage} to the app.",
                    exception)
                : new NativeLibraryException(
                    "libSkiaSharp",
                    LinuxPackage,
                    folders,
                    $"{start} Add the package {LinuxPackage} to the app (on another system, SkiaSharp.NativeAssets.Win32 or .macOS), in the version "
                        + $"of SkiaSharp. Searched: {string.Join(", ", folders)}.",
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
            const string Advice = $"To decode images, add the package {LinuxPackage}, or that of another system.";
            return [new DiagnosticsEntry("SkiaSharp", $"does not load: {NativeLoadError.Reason(exception)}", Advice)];
        }
    }
}
