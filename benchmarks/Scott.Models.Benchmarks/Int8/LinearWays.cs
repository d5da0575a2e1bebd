using Scott.Models.Onnx;
using static Scott.Models.Onnx.GraphBuilder;

namespace Scott.Models.Benchmarks.Int8;

/// <summary>Four linear layers behind each other, of the shapes of a block's, with biases.</summary>
internal sealed class LinearWays : LayerWays
{
    private const byte Middle = 128;

    private readonly float _inputScale = 10f / 255;
    private readonly (int Inputs, int Outputs, float[] Weight, float[] Bias)[] _layers;

    public LinearWays(ScottArchitecture architecture, int batch)
    {
        (int width, int hidden) = (architecture.EmbeddingWidth, architecture.FeedForwardWidth);
        Shape = [batch * architecture.Tokens, width];
        Values = Noise(Random, batch * architecture.Tokens * width, 1);
        _layers = [.. new[] { (width, 3 * width), (3 * width, width), (width, 2 * hidden), (2 * hidden, width) }.Select(layer => (
            layer.Item1, layer.Item2, Noise(Random, layer.Item1 * layer.Item2, 1 / Math.Sqrt(layer.Item1)), Noise(Random, layer.Item2, 0.1)))];
    }

    public override string Name => "linear layers";
    public override float[] Values { get; }
    public override long[] Shape { get; }

    public override IEnumerable<(string Name, Func<byte[]> Build)> All =>
    [
        ("single precision", () => Chain((builder, x, i) => builder.Add(
            "Gemm", [x, builder.Constant("weight", _layers[i].Weight, [_layers[i].Outputs, _layers[i].Inputs]), Bias(builder, i)],
            Attribute("transB", 1)))),
        ("scale at run time (WithInt8)", () => Chain((builder, x, i) => AtRunTime(builder, x, i, isSigned: true))),
        ("scale at run time, unsigned 8-bit weights", () => Chain((builder, x, i) => AtRunTime(builder, x, i, isSigned: false))),
        ("constant scale, fused (WithInt8 with images)", () => Chain((builder, x, i) => Constant(builder, x, i, isFused: true))),
        ("constant scale, not fused", () => Chain((builder, x, i) => Constant(builder, x, i, isFused: false))),
        ("MatMul between QuantizeLinear and DequantizeLinear", () => Chain(Surrounded)),
        ("QLinearMatMul", () => Chain(WithQuantizedOutput)),
    ];

    private byte[] Chain(Func<GraphBuilder, string, int, string> add) =>
        Graph(builder => Enumerable.Range(0, _layers.Length).Aggregate(Input, (x, i) => add(builder, x, i)));

    private string Bias(GraphBuilder builder, int i) => builder.Constant("bias", _layers[i].Bias, [_layers[i].Outputs]);

    private (string Weight, string Scales, string Zeros) Integers(GraphBuilder builder, int i)
    {
        (int inputs, int outputs, float[] weight, _) = _layers[i];
        (byte[] values, float[] scales) = Quantize(weight, outputs, SevenBits);
        return (
            builder.Initializer("weight", OnnxDataType.Int8, [inputs, outputs], Transpose(values, outputs)),
            builder.Constant("scales", scales, [outputs]),
            Zeros(builder, outputs));
    }

    private string AtRunTime(GraphBuilder builder, string x, int i, bool isSigned)
    {
        (int inputs, int outputs, float[] rows, _) = _layers[i];
        string[] quantized = builder.AddSplit("DynamicQuantizeLinear", [x], 3);
        string weight, scales, zeros;
        if (isSigned)
        {
            (weight, scales, zeros) = Integers(builder, i);
        }
        else
        {
            (byte[] values, float[] steps) = Quantize(rows, outputs, sbyte.MaxValue);
            weight = builder.Initializer("weight", OnnxDataType.Uint8, [inputs, outputs], ToUnsigned(Transpose(values, outputs)));
            (scales, zeros) = (builder.Constant("scales", steps, [outputs]), Byte(builder, Middle));
        }

        string sums = builder.Add("MatMulInteger", [quantized[0], weight, quantized[2], zeros]);
        return builder.Add("Add", [Scaled(builder, sums, builder.Add("Mul", [quantized[1], scales])), Bias(builder, i)]);
    }

    private string Constant(GraphBuilder builder, string x, int i, bool isFused)
    {
        (string weight, string scales, string zeros) = Integers(builder, i);
        (string scale, string zero) = (builder.Scalar("scale", _inputScale), Byte(builder, Middle));
        string sums = builder.Add("MatMulInteger", [builder.Add("QuantizeLinear", [x, scale, zero]), weight, zero, zeros]);
        string product = isFused ? builder.Add("DequantizeLinear", [Byte(builder, 1), scale]) : scale;
        return builder.Add("Add", [Scaled(builder, sums, builder.Add("Mul", [product, scales])), Bias(builder, i)]);
    }

    private string Surrounded(GraphBuilder builder, string x, int i)
    {
        (string weight, string scales, string zeros) = Integers(builder, i);
        (string scale, string zero) = (builder.Scalar("scale", _inputScale), Byte(builder, Middle));
        string input = builder.Add("DequantizeLinear", [builder.Add("QuantizeLinear", [x, scale, zero]), scale, zero]);
        string columns = builder.Add("DequantizeLinear", [weight, scales, zeros], Attribute("axis", 1));
        return builder.Add("Add", [builder.Add("MatMul", [input, columns]), Bias(builder, i)]);
    }

    private string WithQuantizedOutput(GraphBuilder builder, string x, int i)
    {
        (string weight, string scales, string zeros) = Integers(builder, i);
        (string scale, string zero) = (builder.Scalar("scale", _inputScale), Byte(builder, Middle));
        string quantized = builder.Add("QuantizeLinear", [x, scale, zero]);
        string product = builder.Add("QLinearMatMul", [quantized, scale, zero, weight, scales, zeros, scale, zero]);
        return builder.Add("Add", [builder.Add("DequantizeLinear", [product, scale, zero]), Bias(builder, i)]);
    }
}
