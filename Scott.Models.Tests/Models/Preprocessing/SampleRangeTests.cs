using Scott.Models.Imaging;
using Scott.Models.Inference;

namespace Scott.Models.Tests;

/// <summary>The window of samples in descriptions of the preprocessing. Fingerprints of vectors hash these.</summary>
public sealed class SampleRangeTests
{
    [Fact]
    public void Json_WithoutRange_IsWhatItWasBeforeThereWasOne()
    {
        const string Before = """
            {"imagePixels":224,"resize":"ShortSide","resizePixels":256,"cropRounding":"HalfToEven","interpolation":"Bilinear",
            "mean":{"red":0.485,"green":0.456,"blue":0.406},"standardDeviation":{"red":0.229,"green":0.224,"blue":0.225}}
            """;
        Assert.Equal(Before.ReplaceLineEndings(string.Empty), new PreprocessingSpec().ToJson());
        Assert.Equal(
            "ImageDecodingOptions { MaximumPixels = 178956970, MaximumBytes = 268435456, FastDecode = False }",
            new ImageDecodingOptions().ToString());
    }

    [Fact]
    public void Json_WithRange_RoundTrips()
    {
        var spec = new PreprocessingSpec { SampleRange = SampleRange.Percentile(0.5, 99) };
        Assert.Contains("\"sampleRange\":{\"kind\":\"Percentile\",\"low\":0.5,\"high\":99}", spec.ToJson(), StringComparison.Ordinal);
        Assert.Equal(spec, PreprocessingSpec.FromJson(spec.ToJson()));
        Assert.Equal(SampleRange.Fixed(-1000, 3000), SampleRange.Fixed(-1000, 3000));
        Assert.Throws<ScottConfigurationException>(
            () => PreprocessingSpec.FromJson("""{"imagePixels":224,"resizePixels":256,"sampleRange":{"kind":"Fixed","low":1}}"""));
    }

    [Theory]
    [InlineData(SampleRangeKind.Fixed, 5, 5)]
    [InlineData(SampleRangeKind.Fixed, 6, 5)]
    [InlineData(SampleRangeKind.Fixed, double.NaN, 5)]
    [InlineData(SampleRangeKind.Fixed, 0, double.PositiveInfinity)]
    [InlineData(SampleRangeKind.Percentile, -1, 99)]
    [InlineData(SampleRangeKind.Percentile, 0, 101)]
    [InlineData((SampleRangeKind)7, 0, 1)]
    public void Validate_IllegalRange_IsAFault(SampleRangeKind kind, double low, double high)
    {
        var spec = new PreprocessingSpec { SampleRange = new SampleRange { Kind = kind, Low = low, High = high } };
        Assert.Contains("SampleRange", Assert.Single(Assert.Throws<ScottConfigurationException>(spec.Validate).Faults), StringComparison.Ordinal);
        Assert.Throws<ScottConfigurationException>(() => ScottModel.Create(Architectures.Tiny, seed: 5).WithSampleRange(spec.SampleRange));
    }

    [Fact]
    public async Task WithSampleRange_SavedModel_KeepsItAndMakesOtherVectors()
    {
        using var folder = new TemporaryFolder();
        ScottModel model = ScottModel.Create(Architectures.Tiny, seed: 5);
        ScottModel windowed = model.WithSampleRange(SampleRange.Fixed(100, 900));
        Assert.Same(model.Weights, windowed.Weights);
        Assert.Equal(model.Preprocessing, windowed.WithSampleRange(null).Preprocessing);
        string path = folder.File("model.safetensors");
        await windowed.SaveAsync(path, TestContext.Current.CancellationToken);
        ScottModel read = await ScottModel.FromFileAsync(path, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(SampleRange.Fixed(100, 900), read.Preprocessing.SampleRange);
        using FeatureExtractor plain = model.ExtractFeatures().Build(), ranged = read.ExtractFeatures().Build();
        Assert.NotEqual(plain.Fingerprint.PreprocessingSha256, ranged.Fingerprint.PreprocessingSha256);
        ushort[] samples = [.. Enumerable.Range(0, 40 * 30).Select(i => (ushort)(100 + (i % 37 * 20)))];
        ImageSource image = ImageSource.FromPixels(samples, 40, 30);
        float[] vector = await ranged.EmbedAsync(image, TestContext.Current.CancellationToken);
        Assert.NotEqual(await plain.EmbedAsync(image, TestContext.Current.CancellationToken), vector);

        // The same numbers, scaled by the app.
        float[] scaled = [.. samples.Select(sample => (float)((sample - 100) / 800.0))];
        Assert.Equal(await plain.EmbedAsync(ImageSource.FromFloatPixels(scaled, 40, 30), TestContext.Current.CancellationToken), vector);
    }

    [Fact]
    public async Task ExportOnnx_ModelWithRange_IsDescribedInTheMetadata()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("model.onnx");
        ScottModel model = ScottModel.Create(Architectures.Tiny, seed: 5).WithSampleRange(SampleRange.Percentile(1, 99));
        await model.ExportOnnx(path).SaveAsync(cancellationToken: TestContext.Current.CancellationToken);
        using var session = new Microsoft.ML.OnnxRuntime.InferenceSession(path);
        Assert.Equal(model.Preprocessing, PreprocessingSpec.FromJson(session.ModelMetadata.CustomMetadataMap["scott.preprocessing"]));
    }
}
