namespace Scott.Models.Onnx;

/// <summary>The number format of an ONNX graph's weights and arithmetic. Inputs and outputs are always in single precision.</summary>
public enum OnnxPrecision
{
    /// <summary>Weights and arithmetic in single precision.</summary>
    Float32,
    /// <summary>Weights in half precision, arithmetic in single: half the file size. Sessions widen the weights when they load the file.</summary>
    Float16Weights,
    /// <summary>Weights and arithmetic in half precision, for GPUs. On most CPUs this is slower than <see cref="Float32"/>.</summary>
    Float16,
    /// <summary>
    /// Linear layers in 8-bit integers, everything else in single precision: the fastest on CPUs with VNNI, and 30 to 40 % of the file size for the
    /// named SCOTT models. Inputs are quantized at run time with one scale per tensor, so images of one batch share it; an export with calibration
    /// images has constant scales, and its second convolution is in integers too. Weights have 7 bits and one scale per output channel, so no
    /// processor saturates, and all processors compute the same integers.
    /// </summary>
    Int8,
}
