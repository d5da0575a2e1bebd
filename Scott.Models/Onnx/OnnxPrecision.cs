namespace Scott.Models.Onnx;

/// <summary>In what numbers an ONNX graph holds its weights and computes. Inputs and outputs are single precision in every case.</summary>
public enum OnnxPrecision
{
    /// <summary>Weights and arithmetic in single precision.</summary>
    Float32,

    /// <summary>Weights in half precision, arithmetic in single: half the file, widened when a session loads it.</summary>
    Float16Weights,

    /// <summary>Weights and arithmetic in half precision, for GPUs. On most CPUs this is slower than <see cref="Float32"/>.</summary>
    Float16,

    /// <summary>
    /// Linear layers in 8-bit integers, their inputs quantized as they come (dynamic, one scale per tensor), their weights with one scale per
    /// output and 7 bits, so that no processor saturates and all agree; everything else in single precision. 30 to 40 % of the file of a named
    /// SCOTT model, whose convolutions stay as they are, and the fastest on CPUs. In a batch the scale is the whole batch's.
    /// </summary>
    Int8,
}
