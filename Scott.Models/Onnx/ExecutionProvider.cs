namespace Scott.Models.Onnx;

/// <summary>What ONNX Runtime computes on. The app adds the package that is named here.</summary>
public enum ExecutionProvider
{
    /// <summary>The CPU: <c>Microsoft.ML.OnnxRuntime</c>, or either of the packages below.</summary>
    Cpu,
    /// <summary>NVIDIA GPUs: <c>Microsoft.ML.OnnxRuntime.Gpu</c>.</summary>
    Cuda,
    /// <summary>Any DirectX 12 GPU on Windows: <c>Microsoft.ML.OnnxRuntime.DirectML</c>.</summary>
    DirectML,
}
