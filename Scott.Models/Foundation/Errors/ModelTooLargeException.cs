namespace Scott.Models;

/// <summary>A model's weights do not fit into an ONNX graph, which holds at most 2 GB.</summary>
public sealed class ModelTooLargeException : ScottException
{
    internal ModelTooLargeException(long weightBytes, long maximumBytes)
        : base($"The weights take {Plural.Of(weightBytes, "byte")}; an ONNX graph holds at most {maximumBytes}. "
            + "Use less precision, for example Float16Weights, or the TorchSharp engine.") =>
        (WeightBytes, MaximumBytes) = (weightBytes, maximumBytes);

    /// <summary>The size of the weights in the requested precision, in bytes.</summary>
    public long WeightBytes { get; }

    /// <summary>The largest size of a graph, in bytes.</summary>
    public long MaximumBytes { get; }
}
