namespace Scott.Models.Onnx;

/// <summary>What an exported graph is compared with.</summary>
public enum OnnxParityReference
{
    /// <summary><see cref="Torch"/> where libtorch loads, else <see cref="OnnxRuntime"/>; the report says which.</summary>
    Auto,

    /// <summary>The TorchSharp backbone in single precision: an engine that shares nothing with the graph but the weights.</summary>
    Torch,

    /// <summary>The plain single-precision graph in ONNX Runtime without optimizations. Tells what precision, fused operators and the session's optimizations change.</summary>
    OnnxRuntime,
}
