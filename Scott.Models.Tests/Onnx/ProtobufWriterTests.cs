using Google.Protobuf;
using Scott.Models.Onnx;

namespace Scott.Models.Tests.Onnx;

/// <summary>The library's own writer of ONNX messages against the library Google.Protobuf.</summary>
public sealed class ProtobufWriterTests
{
    private static readonly ScottModel Tiny = ScottModel.Create(Architectures.Tiny, seed: 5);

    public static TheoryData<OnnxOperatorSet, OnnxPrecision> Forms => new(
        from operatorSet in Enum.GetValues<OnnxOperatorSet>()
        from precision in Enum.GetValues<OnnxPrecision>()
        select (operatorSet, precision));

    [Theory]
    [MemberData(nameof(Forms))]
    public void Graph_EveryForm_HasTheBytesThatGoogleWrites(OnnxOperatorSet operatorSet, OnnxPrecision precision)
    {
        ScottModel vit = ScottModel.Create(Architectures.TinyStandardVit, seed: 5);
        ScottModel named = Tiny.WithMetadata(Tiny.Metadata with { Id = "ü 🌷 " + new string('x', 200), License = null });
        foreach (ScottModel model in new[] { Tiny, vit, named })
        {
            foreach (bool hasByteInput in new[] { false, true })
            {
                var options = new GraphOptions
                {
                    OperatorSet = operatorSet,
                    Precision = precision,
                    HasByteInput = hasByteInput,
                    Outputs = GraphOutputs.Tokens | GraphOutputs.Embedding | GraphOutputs.Attention,
                    Blocks = new HashSet<int> { 0 },
                };
                byte[] written = Scott.Models.Onnx.ModelGraph.Serialize(model, null, options);
                ModelProto read = ModelProto.Parser.WithDiscardUnknownFields(true).ParseFrom(written);
                Assert.Equal(read.ToByteArray(), written);
                Assert.Equal(model.Weights.Sum(weight => weight.ElementCount) > 0, read.Graph.Initializer.Count > 0);
            }
        }
    }

    [Fact]
    public void Attributes_ZeroAndExtremeNumbers_HaveTheBytesThatGoogleWrites()
    {
        long[] numbers = [0, 1, 127, 128, 16383, 16384, long.MaxValue, -1, long.MinValue];
        var node = new Scott.Models.Onnx.NodeProto { OpType = "Any", Input = { "a", string.Empty, "c" } };
        node.Attribute.AddRange(numbers.Select(number => new Scott.Models.Onnx.AttributeProto("one", number)));
        node.Attribute.Add(new Scott.Models.Onnx.AttributeProto("many", numbers));
        node.Attribute.Add(new Scott.Models.Onnx.AttributeProto("none", ReadOnlySpan<long>.Empty));
        foreach (float single in new[] { 0f, -0f, 1.5f, float.MaxValue, float.NaN })
            node.Attribute.Add(new Scott.Models.Onnx.AttributeProto("single", single));

        byte[] written = ProtobufWriter.ToArray(node);
        NodeProto read = NodeProto.Parser.WithDiscardUnknownFields(true).ParseFrom(written);
        Assert.Equal(read.ToByteArray(), written);
        Assert.Equal(["a", string.Empty, "c"], read.Input);
        Assert.Equal(numbers, read.Attribute.Take(numbers.Length).Select(attribute => attribute.I));
        Assert.Equal(numbers, read.Attribute[numbers.Length].Ints);
        Assert.Equal(AttributeProto.Types.AttributeType.Ints, read.Attribute[numbers.Length + 1].Type);
        Assert.All(read.Attribute.Take(numbers.Length), attribute => Assert.True(attribute.HasI));
    }

    [Fact]
    public void Count_OfAMessageOverTwoGibibytes_IsNotCutOff()
    {
        var half = new Scott.Models.Onnx.TensorProto("half", OnnxDataType.Float, [1], new byte[1 << 20]);
        var graph = new Scott.Models.Onnx.GraphProto { Name = "large" };
        graph.Initializer.AddRange(Enumerable.Repeat(half, 2048));
        Assert.True(ProtobufWriter.Count(graph) > int.MaxValue);
        Assert.Throws<OverflowException>(() => ProtobufWriter.ToArray(graph));
    }
}
