namespace Scott.Models.Onnx;

/// <summary>The operators an ONNX graph may use: the older, the more runtimes read it.</summary>
public enum OnnxOperatorSet
{
    /// <summary>Opset 17 of the standard, IR version 8 (2022): read by every current runtime.</summary>
    Opset17,

    /// <summary>Opset 23 of the standard, IR version 11 (2025), with its fused Attention and Gelu operators.</summary>
    Opset23,

    /// <summary>Opset 17 with ONNX Runtime's own fused attention (<c>com.microsoft.MultiHeadAttention</c>): runs in ONNX Runtime only.</summary>
    OnnxRuntime,
}
