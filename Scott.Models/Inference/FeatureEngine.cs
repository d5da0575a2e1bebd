namespace Scott.Models.Inference;

/// <summary>What computes the features.</summary>
public enum FeatureEngine
{
    /// <summary>ONNX Runtime, on a graph made in memory from the weights. Needs <c>Microsoft.ML.OnnxRuntime</c>, and no libtorch.</summary>
    OnnxRuntime,

    /// <summary>TorchSharp. Needs <c>TorchSharp-cpu</c> or one of the CUDA packages.</summary>
    Torch,
}
