namespace Scott.Models.Onnx;

/// <summary>What ONNX Runtime computes on. Each but the CPU comes with a package of its own, which the app adds.</summary>
public enum ExecutionProvider
{
    /// <summary>The processor; in every package.</summary>
    Cpu,

    /// <summary>NVIDIA GPUs: <c>Microsoft.ML.OnnxRuntime.Gpu</c>.</summary>
    Cuda,

    /// <summary>Any DirectX 12 GPU on Windows: <c>Microsoft.ML.OnnxRuntime.DirectML</c>.</summary>
    DirectML,
}
