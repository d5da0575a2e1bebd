using Scott.Models.Onnx;
using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

/// <summary>Networks in ONNX files as the teacher: what they get, and which files are refused.</summary>
public sealed class OnnxTeacherTests
{
    private const int Side = 4;

    private static readonly ScottModel Teacher = ScottModel.Create(
        Architectures.TinyStandardVit with { ImagePixels = 48, RegisterTokens = 0 }, seed: 5);

    private static PreprocessingSpec FourChannels => PreprocessingSpec.ForImage(Side) with { Channels = ChannelNormalization.Default(4) };

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Run_OrderAndLayout_AreWhatTheNetworkTakes(bool isBgr, bool isChannelsLast)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("echo.onnx"), Echo(isChannelsLast ? [1, Side, Side, 3] : [1, 3, Side, Side]));
        var options = new OnnxTeacherOptions
        {
            Preprocessing = PreprocessingSpec.ForImage(Side),
            IsBgr = isBgr,
            IsChannelsLast = isChannelsLast,
        };
        using var engine = new OnnxTeacherEngine([folder.File("echo.onnx")], options);
        const int plane = Side * Side;
        float[] image = [.. Enumerable.Range(0, 3 * plane).Select(i => (float)i)];
        float[] seen = engine.Run(image).Vector;
        for (int pixel = 0; pixel < plane; pixel++)
        {
            for (int channel = 0; channel < 3; channel++)
            {
                float expected = image[((isBgr ? 2 - channel : channel) * plane) + pixel];
                Assert.Equal(expected, seen[isChannelsLast ? (pixel * 3) + channel : (channel * plane) + pixel]);
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_FourChannels_AreAllInTheLayoutOfTheNetwork(bool isChannelsLast)
    {
        const int channels = 4, plane = Side * Side;
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("echo.onnx"), Echo(isChannelsLast ? [1, Side, Side, channels] : [1, channels, Side, Side]));
        var options = new OnnxTeacherOptions { Preprocessing = FourChannels, IsChannelsLast = isChannelsLast };
        options.Validate();
        using var engine = new OnnxTeacherEngine([folder.File("echo.onnx")], options);
        float[] image = [.. Enumerable.Range(0, channels * plane).Select(i => (float)i)];
        float[] expected = isChannelsLast ? [.. image.Select((_, i) => image[(i % channels * plane) + (i / channels)])] : image;
        Assert.Equal(expected, engine.Run(image).Vector);
    }

    [Fact]
    public void Validate_OtherOrderOfFourChannels_IsRefused()
    {
        var options = new OnnxTeacherOptions { Preprocessing = FourChannels, IsBgr = true };
        ScottConfigurationException error = Assert.Throws<ScottConfigurationException>(options.Validate);
        Assert.Contains("IsBgr is for red, green and blue, and Preprocessing has 4 channels", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_FilesThatDoNotFit_AreTypedErrors()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("teacher.onnx");
        await Teacher.ExportOnnx(file).SaveAsync();
        var options = new OnnxTeacherOptions { Preprocessing = Teacher.Preprocessing };
        await File.WriteAllBytesAsync(folder.File("broken.onnx"), new byte[100]);
        Assert.Throws<ModelFormatException>(() => DistillationTeacher.FromOnnx(folder.File("broken.onnx"), options).Open());
        Assert.Throws<ModelFormatException>(() => DistillationTeacher.FromOnnx(file, options with { OutputName = "nothing" }).Open());
        Assert.Throws<ModelFormatException>(() => DistillationTeacher.FromOnnx(file, new OnnxTeacherOptions()).Open());
        Assert.Throws<FileNotFoundException>(() => DistillationTeacher.FromOnnx(folder.File("missing.onnx"), options).Open());
        Assert.Throws<ArgumentException>(() => DistillationTeacher.FromOnnx([], options));
        Assert.Throws<ScottConfigurationException>(() => DistillationTeacher.FromOnnx(file, options with { TokensOutputName = "tokens" }));
        Assert.Throws<ModelFormatException>(() => DistillationTeacher.FromOnnx(file, options with { IsChannelsLast = true }).Open());
    }

    /// <summary>A network whose output is its input, as one row.</summary>
    private static byte[] Echo(long[] shape)
    {
        var graph = new GraphProto { Name = "echo" };
        graph.Input.Add(Value("image", shape));
        graph.Output.Add(Value("vector", [1, shape.Aggregate((product, length) => product * length)]));
        graph.Node.Add(new NodeProto { OpType = "Flatten", Input = { "image" }, Output = { "vector" } });
        var model = new ModelProto { IrVersion = 8, Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto(string.Empty, 17));
        return model.ToByteArray();
    }

    private static ValueInfoProto Value(string name, long[] shape) => new(name, OnnxDataType.Float, new TensorShapeProto().Add(shape));
}
