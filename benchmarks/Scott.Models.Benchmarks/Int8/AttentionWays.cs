using Scott.Models.Onnx;
using static Scott.Models.Onnx.GraphBuilder;

namespace Scott.Models.Benchmarks.Int8;

/// <summary>Attention between the linear layers: products of queries and keys, softmax, products with the values.</summary>
internal sealed class AttentionWays(ScottArchitecture architecture, int batch) : LayerWays
{
    private const float Step = 8f / 255; // of queries, keys and values

    private readonly int _heads = architecture.Heads;
    private readonly float _factor = MathF.Sqrt((float)architecture.Heads / architecture.EmbeddingWidth);

    public override string Name => "attention";
    public override float[] Values { get; } = Noise(Random, batch * architecture.Tokens * architecture.EmbeddingWidth, 1);
    public override long[] Shape { get; } = [batch, architecture.Tokens, architecture.EmbeddingWidth];

    public override IEnumerable<(string Name, Func<byte[]> Build)> All =>
    [
        ("single precision, fused", () => Graph(builder =>
            builder.AddContributed("MultiHeadAttention", [Input, Input, Input], Attribute("num_heads", _heads)))),
        ("single precision, step by step", () => Graph(builder =>
        {
            string scaled = builder.Add("Mul", [Split(builder, Input, 0, 2, 1, 3), builder.Scalar("factor", _factor)]);
            string weights = builder.Softmax(builder.Add("MatMul", [scaled, Split(builder, Input, 0, 2, 3, 1)]));
            return Join(builder, builder.Add("MatMul", [weights, Split(builder, Input, 0, 2, 1, 3)]));
        })),
        ("both products in integers, constant scales", () => Graph(InIntegers)),
    ];

    private string InIntegers(GraphBuilder builder)
    {
        (string middle, string zero) = (Byte(builder, 128), Byte(builder, 0));
        string input = builder.Add("QuantizeLinear", [Input, builder.Scalar("scale", Step), middle]);
        string[] operands = [Split(builder, input, 0, 2, 1, 3), Split(builder, input, 0, 2, 3, 1), middle, middle];
        string scores = Scaled(builder, builder.Add("MatMulInteger", operands), builder.Scalar("factor", Step * Step * _factor));
        string weights = builder.Add("QuantizeLinear", [builder.Softmax(scores), builder.Scalar("part", 1f / 255), zero]);
        string sums = builder.Add("MatMulInteger", [weights, operands[0], zero, middle]);
        return Join(builder, Scaled(builder, sums, builder.Scalar("step", Step / 255)));
    }

    private string Split(GraphBuilder builder, string input, params long[] axes) =>
        builder.Transpose(builder.Reshape(input, -1, Shape[1], _heads, Shape[2] / _heads), axes);

    private string Join(GraphBuilder builder, string heads) =>
        builder.Reshape(builder.Transpose(heads, 0, 2, 1, 3), -1, Shape[1], Shape[2]);
}
