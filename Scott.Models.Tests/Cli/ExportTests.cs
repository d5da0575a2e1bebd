using Scott.Models.Tests.Imaging;
using Scott.Models.Tests.Inference;
using Scott.Models.Tests.Processes;
using static Scott.Models.Tests.Processes.BuiltProgram;

namespace Scott.Models.Tests.Cli;

/// <summary>The command <c>export</c> as a user runs it.</summary>
public sealed class ExportTests : IDisposable
{
    private static readonly string[] Precisions = ["float32", "float16weights", "float16", "int8"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Export_WithoutAModel_ExportsEachPrecisionAndEmbedsAnImage()
    {
        string image = _folder.File("image.png");
        await TestFiles.WriteImageAsync(image, seed: 1);
        ChildResult result = await Tool.RunAsync("export", "--output", _folder.File("out"), "--image", image);
        AssertExit(0, result);
        Assert.All(Precisions, precision => Assert.True(File.Exists(_folder.File($"out/scott-mini-112-distilled.{precision}.onnx")), precision));
        Assert.Contains("192 numbers: ", result.Output, StringComparison.Ordinal);
        Assert.Matches("embedding +│ [0-9.]+E-[0-9]+ +│ [01]\\.[0-9]{6}", result.Output);
    }

    [Theory]
    [InlineData]
    [InlineData("--byte-input")]
    [InlineData("--image-size", "96")]
    public async Task Export_OfAClassifier_NamesTheClassesOfAnImage(params string[] options)
    {
        string model = _folder.File("flowers.safetensors");
        string image = _folder.File("image.png");
        await Classifiers.Create(ClassifierHead.CrossAttentive).SaveAsync(model);
        await TestFiles.WriteImageAsync(image, seed: 1);
        ChildResult result = await Tool.RunAsync(
            ["export", model, "--output", _folder.File("out"), "--precision", "float16weights", "--image", image, .. options]);
        AssertExit(0, result);
        Assert.Equal([_folder.File("out/flowers.float16weights.onnx")], Directory.EnumerateFileSystemEntries(_folder.File("out")));
        Assert.Contains("A classifier of daisy, rosé,", result.Output, StringComparison.Ordinal);
        Assert.Equal(5, result.Output.Split('\n').Count(line => line.StartsWith("  ", StringComparison.Ordinal) && line.TrimEnd().EndsWith('%')));
    }

    [Theory]
    [InlineData]
    [InlineData("--byte-input")]
    public async Task Export_OfAModelOfFourChannels_RunsOnAnImageOfFour(params string[] options)
    {
        (string model, string image) = (_folder.File("four.safetensors"), _folder.File("four.tif"));
        await ScottModel.Create(Architectures.Tiny with { ImageChannels = 4 }, seed: 5).SaveAsync(model);
        var recipe = new TiffRecipe(40, 30) { Bits = 16, Channels = 4, Photometric = "MINISBLACK" };
        await File.WriteAllBytesAsync(image, TiffFiles.Write(recipe, TiffDecoderTests.Bytes(40 * 30 * 4 * sizeof(ushort))));
        ChildResult result = await Tool.RunAsync(
            ["export", model, "--output", _folder.File("out"), "--precision", "float32", "--image", image, .. options]);
        AssertExit(0, result);
        Assert.Contains("32 numbers: ", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_WithCalibrationImages_WritesConstantScales()
    {
        string model = _folder.File("tiny.safetensors");
        await ScottModel.Create(Architectures.Tiny, seed: 5).SaveAsync(model);
        Directory.CreateDirectory(_folder.File("photos"));
        for (int i = 0; i < 3; i++)
            await TestFiles.WriteImageAsync(_folder.File($"photos/{i}.png"), seed: i);

        ChildResult result = await Tool.RunAsync(
            "export", model, "--output", _folder.File("out"), "--precision", "int8", "--calibration", _folder.File("photos"));
        AssertExit(0, result);
        Assert.Contains("int8 on calibration images", result.Output, StringComparison.Ordinal);
        byte[] content = await File.ReadAllBytesAsync(_folder.File("out/tiny.int8.onnx"));
        Assert.True(content.AsSpan().IndexOf("QLinearConv"u8) >= 0);
        Assert.True(content.AsSpan().IndexOf("DynamicQuantizeLinear"u8) < 0);
    }

    [Theory]
    [InlineData("There is no model 'no-such-model'", "no-such-model")]
    [InlineData("--calibration is for 8-bit integers.", "scott-mini-112", "--precision", "float32", "--calibration", "photos")]
    [InlineData("'no-such-folder' does not exist.", "scott-mini-112", "--precision", "int8", "--calibration", "no-such-folder")]
    [InlineData("Argument 'int4' not recognized.", "scott-mini-112", "--precision", "int4")]
    [InlineData("ImagePixels is 113; expected a multiple of PatchPixels", "scott-mini-112", "--image-size", "113")]
    [InlineData("The image 'no-such-image.png' does not exist.", "scott-mini-112", "--image", "no-such-image.png")]
    public async Task Export_WithOptionsThatCannotBe_IsAUsageErrorThatSaysWhy(string expected, params string[] arguments)
    {
        ChildResult result = await Tool.RunAsync(["export", .. arguments, "--output", _folder.File("out")]);
        AssertExit(2, result);
        Assert.Contains("error: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_OfAFileThatIsNoModel_FailsInOneLine()
    {
        string model = _folder.File("text.safetensors");
        await File.WriteAllTextAsync(model, "no model");
        ChildResult result = await Tool.RunAsync("export", model, "--output", _folder.File("out"));
        AssertExit(1, result);
        Assert.Contains(model, Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }
}
