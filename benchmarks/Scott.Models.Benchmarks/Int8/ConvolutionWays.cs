using Scott.Models.Onnx;
using static Scott.Models.Onnx.GraphBuilder;

namespace Scott.Models.Benchmarks.Int8;

/// <summary>The tokenizer's second convolution, 7×7 with stride 2, and ReLU.</summary>
internal sealed class ConvolutionWays : LayerWays
{
    private const int Channels = BackboneLayout.TokenizerChannels;
    private const int Kernel = BackboneLayout.TokenizerKernel;
    private const int Area = Kernel * Kernel;
    private const float Step = 5f / 255; // of the output

    private readonly int _width;
    private readonly int _side;
    private readonly float[] _weight;
    private readonly float _inputScale;

    public ConvolutionWays(ScottArchitecture architecture, int batch)
    {
        (_width, _side) = (architecture.EmbeddingWidth, architecture.ImageHeight / 4);
        Values = [.. Noise(Random, batch * Channels * _side * _side, 1).Select(Math.Abs)];
        Shape = [batch, Channels, _side, _side];
        _inputScale = Values.Max() / 255;
        _weight = Noise(Random, _width * Channels * Area, 1 / Math.Sqrt(Channels * Area));
    }

    public override string Name => "second convolution";
    public override float[] Values { get; }
    public override long[] Shape { get; }

    public override IEnumerable<(string Name, Func<byte[]> Build)> All =>
    [
        ("single precision", () => Graph(builder => builder.Add(
            "Relu", [builder.Add("Conv", [Input, builder.Constant("weight", _weight, [_width, Channels, Kernel, Kernel])], Attributes)]))),
        ("QLinearConv, signed weights", () => Graph(builder => Linear(builder, isSigned: true))),
        ("QLinearConv, unsigned weights", () => Graph(builder => Linear(builder, isSigned: false))),
        ("ConvInteger, signed weights", () => Graph(builder => Integer(builder, isSigned: true))),
        ("ConvInteger, unsigned weights", () => Graph(builder => Integer(builder, isSigned: false))),
        ("Gather of windows and MatMulInteger", () => Graph(Windows)),
    ];

    private static AttributeProto[] Attributes =>
    [
        Attribute("kernel_shape", [Kernel, Kernel]), Attribute("strides", [2, 2]),
        Attribute("pads", [Kernel / 2, Kernel / 2, Kernel / 2, Kernel / 2]),
    ];

    private string Weight(GraphBuilder builder, byte[] values, bool isSigned) => builder.Initializer(
        "weight", isSigned ? OnnxDataType.Int8 : OnnxDataType.Uint8, [_width, Channels, Kernel, Kernel], isSigned ? values : ToUnsigned(values));

    private string Linear(GraphBuilder builder, bool isSigned)
    {
        (byte[] values, float[] scales) = Quantize(_weight, _width, SevenBits);
        (string inputScale, string scale, string zero) = (builder.Scalar("in", _inputScale), builder.Scalar("out", Step), Byte(builder, 0));
        string weightZero = isSigned
            ? Zeros(builder, _width)
            : builder.Initializer("zeros", OnnxDataType.Uint8, [_width], Enumerable.Repeat((byte)128, _width).ToArray());
        string quantized = builder.Add("QuantizeLinear", [Input, inputScale, zero]);
        string[] inputs =
        [
            quantized, inputScale, zero, Weight(builder, values, isSigned), builder.Constant("scales", scales, [_width]), weightZero, scale, zero,
        ];
        return builder.Add("DequantizeLinear", [builder.Add("QLinearConv", inputs, Attributes), scale, zero]);
    }

    private string Integer(GraphBuilder builder, bool isSigned)
    {
        (byte[] values, float[] scales) = Quantize(_weight, _width, SevenBits);
        string[] quantized = builder.AddSplit("DynamicQuantizeLinear", [Input], 3);
        string[] zero = isSigned ? [] : [Byte(builder, 128)];
        string sums = builder.Add("ConvInteger", [quantized[0], Weight(builder, values, isSigned), quantized[2], .. zero], Attributes);
        string scale = builder.Add("Mul", [quantized[1], builder.Constant("scales", scales, [_width, 1, 1])]);
        return builder.Add("Relu", [Scaled(builder, sums, scale)]);
    }

    /// <summary>The windows as rows of a matrix: pixels of 64 channels, gathered by their places in the padded map.</summary>
    private string Windows(GraphBuilder builder)
    {
        (int side, int padded) = (_side / 2, _side + Kernel - 1);
        float[] channelsLast = [.. Enumerable.Range(0, _weight.Length).Select(i =>
            _weight[(i / (Channels * Area) * Channels * Area) + (i % Channels * Area) + (i / Channels % Area)])];
        (byte[] values, float[] scales) = Quantize(channelsLast, _width, SevenBits);
        long[] places = [.. Enumerable.Range(0, side * side * Area).Select(i =>
        {
            (int pixel, int tap) = (i / Area, i % Area);
            return (((pixel / side * 2) + (tap / Kernel)) * (long)padded) + (pixel % side * 2) + (tap % Kernel);
        })];
        string[] quantized = builder.AddSplit("DynamicQuantizeLinear", [Input], 3);
        string map = builder.Add(
            "Pad", [builder.Transpose(quantized[0], 0, 2, 3, 1), builder.Constant("pads", 0, 3, 3, 0, 0, 3, 3, 0), quantized[2]]);
        string pixels = builder.Reshape(map, -1, padded * padded, Channels);
        string rows = builder.Reshape(
            builder.Add("Gather", [pixels, builder.Constant("places", places)], Attribute("axis", 1)), -1, Channels * Area);
        string weight = builder.Initializer("weight", OnnxDataType.Int8, [Channels * Area, _width], Transpose(values, _width));
        string sums = builder.Add("MatMulInteger", [rows, weight, quantized[2], Zeros(builder, _width)]);
        string scaled = Scaled(builder, sums, builder.Add("Mul", [quantized[1], builder.Constant("scales", scales, [_width])]));
        return builder.Transpose(builder.Reshape(builder.Add("Relu", [scaled]), -1, side, side, _width), 0, 3, 1, 2);
    }
}
