using Scott.Models.Imaging;
using Scott.Models.Onnx;
using Scott.Models.Torch;

namespace Scott.Models;

/// <summary>Reports what Scott.Models can use on this machine, and how to fix what is wrong.</summary>
public static class ScottDiagnostics
{
    /// <summary>Examines operating system, processor, SkiaSharp, ONNX Runtime and libtorch. Loads the native libraries; a missing one does not
    /// throw.</summary>
    /// <returns>The findings; its text is ready to print or to paste into a bug report.</returns>
    public static DiagnosticsReport Report() => new([
        .. Examine("system", SystemProbe.Examine),
        .. Examine("processor", ProcessorProbe.Examine),
        .. Examine("SkiaSharp", SkiaLibrary.Examine),
        .. Examine("ONNX Runtime", OnnxRuntimeLibrary.Examine),
        .. Examine("libtorch", TorchRuntime.Examine),
    ]);

    /// <summary>A probe's findings; a probe that throws is a finding too, since a diagnosis that crashes helps nobody.</summary>
    private static DiagnosticsEntry[] Examine(string subject, Func<IEnumerable<DiagnosticsEntry>> probe)
    {
        try
        {
            return [.. probe()];
        }
        catch (Exception exception)
        {
            return [new DiagnosticsEntry(subject, $"could not be examined: {exception.Message}", "Report this together with the lines above.")];
        }
    }
}
