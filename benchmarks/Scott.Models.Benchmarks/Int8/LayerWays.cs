using Scott.Models.Onnx;

namespace Scott.Models.Benchmarks.Int8;

/// <summary>The ways to compute one kind of layer, as graphs of it alone with random weights; the first is in single precision.</summary>
internal abstract class LayerWays
{
    public const string Input = "x";
    public const string Output = "y";

    /// <summary>The largest weight that does not saturate on processors without VNNI.</summary>
    protected const int SevenBits = 63;

    public abstract string Name { get; }
    public abstract float[] Values { get; }
    public abstract long[] Shape { get; }
    public abstract IEnumerable<(string Name, Func<byte[]> Build)> All { get; }

    protected static Random Random { get; } = new(47);

    /// <summary>Normally distributed numbers.</summary>
    public static float[] Noise(Random random, int count, double deviation) => [.. Enumerable.Range(0, count).Select(_ =>
        (float)(deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];

    /// <summary>A graph from <see cref="Input"/> to the value that <paramref name="build"/> returns.</summary>
    protected byte[] Graph(Func<GraphBuilder, string> build)
    {
        var builder = new GraphBuilder(OnnxOperatorSet.OnnxRuntime, isHalf: false);
        builder.AddInput(Input, OnnxDataType.Float, Shape.AsSpan(1));
        builder.Graph.Node.Add(new NodeProto { OpType = "Identity", Input = { build(builder) }, Output = { Output } });
        builder.Graph.Output.Add(new ValueInfoProto(Output, OnnxDataType.Float, shape: null));
        var model = new ModelProto { IrVersion = 8, Graph = builder.Graph };
        model.OpsetImport.Add(new OperatorSetIdProto(string.Empty, 17));
        model.OpsetImport.Add(new OperatorSetIdProto(GraphBuilder.ContributedDomain, 1));
        return model.ToByteArray();
    }

    /// <summary>Rows [N, K] as integers up to <paramref name="largest"/>, and a scale per row.</summary>
    protected static (byte[] Values, float[] Scales) Quantize(float[] rows, int count, int largest)
    {
        int length = rows.Length / count;
        float[] scales = [.. rows.Chunk(length).Select(row => row.Max(Math.Abs) / largest)];
        return ([.. rows.Select((value, i) => (byte)(sbyte)MathF.Round(value / scales[i / length]))], scales);
    }

    /// <summary>Rows [N, K] as columns [K, N].</summary>
    protected static T[] Transpose<T>(T[] rows, int count)
    {
        int length = rows.Length / count;
        return [.. Enumerable.Range(0, rows.Length).Select(i => rows[(i % count * length) + (i / count)])];
    }

    protected static byte[] ToUnsigned(byte[] values) => [.. values.Select(value => (byte)(value + 128))];

    protected static string Zeros(GraphBuilder builder, int count) => builder.Initializer("zeros", OnnxDataType.Int8, [count], new byte[count]);

    protected static string Byte(GraphBuilder builder, byte value) => builder.Initializer("zero", OnnxDataType.Uint8, [], new[] { value });

    protected static string Scaled(GraphBuilder builder, string integers, string scale) =>
        builder.Add("Mul", [builder.Cast(integers, OnnxDataType.Float), scale]);
}
