using Scott.Models.Weights;

namespace Scott.Models.Onnx;

/// <summary>Adds weights to a graph in the number format of its precision.</summary>
/// <param name="builder">The graph.</param>
/// <param name="weights">The weights by name.</param>
/// <param name="precision">The number format.</param>
/// <param name="ranges">The ranges that the scales of 8-bit activations come from; without them scales are computed at run time.</param>
/// <param name="measuresRanges">Whether the activations are outputs of the graph.</param>
internal sealed class WeightEncoder(
    GraphBuilder builder, WeightSet weights, OnnxPrecision precision, ActivationRanges? ranges = null, bool measuresRanges = false)
{
    public bool QuantizesLinears => precision == OnnxPrecision.Int8;

    public WeightTensor this[string name] => weights[name];

    public WeightTensor? Find(string name) => weights.TryGet(name, out WeightTensor? weight) ? weight : null;

    /// <summary>The measured range of an activation, if there is one. An activation has the name of the weight that it is multiplied by.</summary>
    public ActivationRange? RangeOf(string activation) => ranges?.Find(activation);

    /// <summary>Makes an activation an output of the graph, if the graph measures ranges.</summary>
    public void Observe(string activation, string value)
    {
        if (measuresRanges)
            builder.AddCopyOutput(GraphNames.Activation(activation), value);
    }

    /// <summary>A weight as a value of the graph's floating-point type.</summary>
    public string Add(string name) => Add(weights[name]);

    /// <summary>A tensor that may be a part of a weight.</summary>
    public string Add(WeightTensor weight)
    {
        if (precision is not (OnnxPrecision.Float16 or OnnxPrecision.Float16Weights))
            return builder.Initializer(weight);

        string half = builder.Initializer(weight.Name, OnnxDataType.Float16, weight.Shape, Half(weight));
        return precision == OnnxPrecision.Float16 ? half : builder.Cast(half, OnnxDataType.Float);
    }

    private static ReadOnlyMemory<byte> Half(WeightTensor weight) =>
        weight.DType == TensorDType.Float16 ? weight.Data : HalfPrecision.Narrow(weight.ToArray());
}
