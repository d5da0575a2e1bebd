using Scott.Models.Native;

namespace Scott.Models;

/// <summary>Says what this machine offers Scott.Models and what to do about each thing that is not right.</summary>
public static class ScottDiagnostics
{
    /// <summary>Examines operating system, processor, ONNX Runtime and libtorch. Tries to load the native libraries; never throws for what is missing.</summary>
    /// <returns>The findings; its text is ready to print or to paste into a bug report.</returns>
    public static DiagnosticsReport Report() => new([
        .. SystemProbe.Examine(),
        .. ProcessorProbe.Examine(),
        .. OnnxRuntimeProbe.Examine(),
        .. TorchProbe.Examine(),
    ]);
}
