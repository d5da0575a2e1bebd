using Scott.Models.Inference;
using Scott.Models.Onnx;

namespace Scott.Models.Tests.Models;

/// <summary>Models of images that do not have three channels.</summary>
[Collection(TorchTests.Name)]
public sealed class ImageChannelsTests
{
    public static TheoryData<int, string> Cases => new()
    {
        { 1, "scott" }, { 2, "scott" }, { 4, "scott" }, { 16, "scott" }, { 1, "vit" }, { 5, "vit" }, { 1, "standard" }, { 4, "standard" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Export_OfOtherChannels_AgreesWithTorchAndReadsBack(int channels, string kind)
    {
        ScottArchitecture architecture = Architecture(kind) with { ImageChannels = channels };
        var model = ScottModel.Create(architecture, seed: 3);
        Assert.Equal(channels, model.Preprocessing.ChannelCount);
        using var folder = new TemporaryFolder();
        foreach (bool hasBytes in new[] { false, true })
        {
            OnnxExportBuilder export = model.ExportOnnx(folder.File("model.onnx")).WithParityReference(OnnxParityReference.Torch);
            export = hasBytes ? export.WithByteInput() : export;
            OnnxExportResult result = await export.SaveAsync(cancellationToken: TestContext.Current.CancellationToken);
            Assert.InRange(result.Parity!.MaximumDifference, 0, 1e-4);
        }

        string path = folder.File("model.safetensors");
        await model.SaveAsync(path, TestContext.Current.CancellationToken);
        ScottModel read = await ScottModel.FromFileAsync(path, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(architecture, read.Architecture);
        Assert.Equal(model.Preprocessing, read.Preprocessing);
        Assert.Equal(model.Checksum, read.Checksum);
    }

    [Theory]
    [InlineData("scott")]
    [InlineData("vit")]
    public void WithImageChannels_One_GivesTheTokensOfTheGrayImage(string kind)
    {
        var model = ScottModel.Create(Architecture(kind), seed: 3);
        ScottModel gray = model.WithImageChannels(1);
        float[] plane = [.. Enumerable.Range(0, gray.Architecture.ImageLength).Select(i => MathF.Sin(i * 0.37f))];
        float[] expected = Tokens(model, [.. plane, .. plane, .. plane]);
        float[] found = Tokens(gray, plane);
        Assert.Equal(expected, found, (a, b) => MathF.Abs(a - b) < 1e-4f);
    }

    [Fact]
    public void WithImageChannels_Six_GivesTheTokensOfTheImageTwice()
    {
        var model = ScottModel.Create(Architectures.Tiny, seed: 3);
        ScottModel six = model.WithImageChannels(6);
        float[] image = [.. Enumerable.Range(0, model.Architecture.ImageLength).Select(i => MathF.Sin(i * 0.37f))];
        Assert.Equal(Tokens(model, image), Tokens(six, [.. image, .. image]), (a, b) => MathF.Abs(a - b) < 1e-4f);
        Assert.Same(model, model.WithImageChannels(3));
        Assert.Throws<InvalidOperationException>(() => six.WithImageChannels(1));
    }

    [Fact]
    public void Architecture_OfThreeChannels_HasTheSameJsonAsBefore()
    {
        Assert.DoesNotContain("hannels", Architectures.Tiny.ToJson(), StringComparison.Ordinal);
        Assert.DoesNotContain("hannels", PreprocessingSpec.For(Architectures.Tiny).ToJson(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(17)]
    public void Architecture_WithAnIllegalNumberOfChannels_IsRefused(int channels) =>
        Assert.Contains(
            "hannels is", Assert.Throws<ScottConfigurationException>((Architectures.Tiny with { ImageChannels = channels }).Validate).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Normalization_WithFaults_NamesAll()
    {
        var channels = new ChannelNormalization { Mean = [float.NaN, 0], StandardDeviation = [0] };
        PreprocessingSpec spec = PreprocessingSpec.ForImage(64) with { Channels = channels };
        string message = Assert.Throws<ScottConfigurationException>(spec.Validate).Message;
        Assert.Contains("1 standard deviation for 2 means", message, StringComparison.Ordinal);
        Assert.Contains("a mean that is not finite", message, StringComparison.Ordinal);
        Assert.Contains("over 0", message, StringComparison.Ordinal);
        PreprocessingSpec three = spec with { Channels = new ChannelNormalization { Mean = [0, 0, 0], StandardDeviation = [1, 1, 1] } };
        message = Assert.Throws<ScottConfigurationException>(three.Validate).Message;
        Assert.Contains("set Mean and StandardDeviation", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Normalization_OfEqualNumbers_IsEqual()
    {
        Assert.Equal(ChannelNormalization.Default(4), ChannelNormalization.Default(4));
        Assert.Equal(ChannelNormalization.Default(4).GetHashCode(), ChannelNormalization.Default(4).GetHashCode());
        Assert.NotEqual(ChannelNormalization.Default(4), ChannelNormalization.Default(5));
    }

    private static ScottArchitecture Architecture(string kind) => kind switch
    {
        "scott" => Architectures.Tiny,
        "vit" => Architectures.TinyVit,
        _ => Architectures.TinyStandardVit,
    };

    private static float[] Tokens(ScottModel model, float[] image)
    {
        var options = new FeatureExtractionOptions { IncludeTokens = true };
        FeatureLayout layout = FeatureLayout.ForFeatures(model.Architecture, options);
        using var engine = new OnnxFeatureEngine(model, null, layout, options, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        var batch = new FeatureBatch(layout, 1);
        image.CopyTo(batch.Images, 0);
        engine.Run(batch, 1, isBulk: false);
        return batch.Tokens;
    }
}
