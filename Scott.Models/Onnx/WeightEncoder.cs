using Scott.Models.Onnx.Protobuf;
using Scott.Models.Weights;

namespace Scott.Models.Onnx;

/// <summary>Puts weights into a graph in the numbers that its precision asks for.</summary>
internal sealed class WeightEncoder(GraphBuilder builder, WeightSet weights, OnnxPrecision precision)
{
    /// <summary>Whether linear layers are to be quantized.</summary>
    public bool QuantizesLinears => precision == OnnxPrecision.Int8;

    public WeightTensor this[string name] => weights[name];

    /// <summary>A weight as a value of the graph's floating-point type.</summary>
    public string Add(string name) => Add(weights[name]);

    /// <summary>The same of a tensor that is a part of a weight.</summary>
    public string Add(WeightTensor weight)
    {
        if (precision is OnnxPrecision.Float16 or OnnxPrecision.Float16Weights)
        {
            string half = builder.Initializer(weight.Name, TensorProto.Types.DataType.Float16, weight.Shape, Half(weight));
            return precision == OnnxPrecision.Float16
                ? half
                : builder.Add("Cast", [half], GraphBuilder.Attribute("to", (long)TensorProto.Types.DataType.Float));
        }

        return builder.Initializer(weight.Name, TensorProto.Types.DataType.Float, weight.Shape, Single(weight));
    }

    private static ReadOnlyMemory<byte> Half(WeightTensor weight) =>
        weight.DType == TensorDType.Float16 ? weight.Data : HalfPrecision.Narrow(weight.ToArray());

    private static ReadOnlyMemory<byte> Single(WeightTensor weight) =>
        weight.DType == TensorDType.Float32 ? weight.Data : System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(weight.ToArray()).ToArray();
}
