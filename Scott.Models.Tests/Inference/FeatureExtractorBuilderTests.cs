using Scott.Models.Inference;
using Scott.Models.Onnx;
using Scott.Models.Torch;

namespace Scott.Models.Tests.Inference;

public sealed class FeatureExtractorBuilderTests
{
    private static readonly ScottModel Model = ScottModel.Create(Architectures.Tiny, seed: 5);

    [Fact]
    public void Options_Defaults_AreThese()
    {
        var options = new FeatureExtractionOptions();
        Assert.Equal(
            (FeatureEngine.OnnxRuntime, OnnxPrecision.Float32, 16, 0), (options.Engine, options.Precision, options.BatchSize, options.Threads));
        Assert.Equal([ExecutionProvider.Cpu], options.ExecutionProviders);
        Assert.Equal(TorchDevice.Auto, options.TorchDevice);
        Assert.Equal(
            (false, false, true, false), (options.UnitLength, options.IncludeTokens, options.NormalizeTokens, options.IncludeAttention));
        Assert.Empty(options.Blocks);
        Assert.False(options.Decoding.FastDecode);
    }

    [Fact]
    public void Build_IllegalOptions_ListsEveryFault()
    {
        ScottConfigurationException error = Assert.Throws<ScottConfigurationException>(() => Model.ExtractFeatures()
            .UseTorch().WithPrecision(OnnxPrecision.Int8).WithBatchSize(0).WithThreads(-1).WithBlocks(2).Build());
        Assert.Equal(
            [
                "Precision is Int8; expected Float32 for Torch.",
                "BatchSize is 0; expected 1 to 4096.",
                "Threads is -1; expected 0 to 4096.",
                "A block is 2; expected 0 to 1.",
            ],
            error.Faults);
        var managed = new FeatureExtractionOptions { Engine = FeatureEngine.Managed, TorchPrecision = TorchPrecision.BFloat16 };
        error = Assert.Throws<ScottConfigurationException>(() => Model.ExtractFeatures().WithOptions(managed).Build());
        Assert.Equal(["TorchPrecision is BFloat16; only TorchSharp computes in it. Call UseTorch."], error.Faults);
        error = Assert.Throws<ScottConfigurationException>(() => Model.ExtractFeatures().UseTorch(precision: (TorchPrecision)7).Build());
        Assert.Equal(["TorchPrecision is 7; expected Float32 or BFloat16."], error.Faults);
        var large = new FeatureExtractionOptions { IncludeAttention = true, BatchSize = 4096 };
        ScottModel wide = Model.WithImageSize(512);
        error = Assert.Throws<ScottConfigurationException>(() => wide.ExtractFeatures().WithOptions(large).Build());
        Assert.StartsWith(
            "BatchSize is 4096; a batch would hold 8589934592 numbers in one array", Assert.Single(error.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Build_AnotherEngineAfterTorchInBfloat16_ComputesInSinglePrecision()
    {
        using FeatureExtractor managed = Model.ExtractFeatures().UseTorch(precision: TorchPrecision.BFloat16).UseManaged().Build();
        using FeatureExtractor onnx = Model.ExtractFeatures().UseTorch(precision: TorchPrecision.BFloat16).UseOnnxRuntime().Build();
        Assert.Equal("single", managed.Fingerprint.Precision);
        Assert.Equal("single", onnx.Fingerprint.Precision);
    }

    [Fact]
    public void Build_Twice_IsRefused()
    {
        FeatureExtractorBuilder builder = Model.ExtractFeatures();
        builder.Build().Dispose();
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(builder.Build);
        Assert.Equal("This builder has already built; call ScottModel.ExtractFeatures() for a new one.", error.Message);
        Assert.Throws<InvalidOperationException>(() => builder.WithTokens());
        Assert.Throws<InvalidOperationException>(() => builder.WithLogger(new LogLines()));
    }

    [Fact]
    public void Build_ProviderThatIsNotThere_FallsBackAndSaysSo()
    {
        var log = new LogLines();
        using FeatureExtractor extractor = Model.ExtractFeatures()
            .UseOnnxRuntime(ExecutionProvider.DirectML, ExecutionProvider.Cpu)
            .WithLogger(log)
            .Build();
        Assert.StartsWith("ONNX Runtime 1.", extractor.EngineDescription, StringComparison.Ordinal);
        Assert.EndsWith(", Cpu", extractor.EngineDescription, StringComparison.Ordinal);
        Assert.Equal(ExecutionProvider.Cpu, extractor.ExecutionProvider);
        Assert.Collection(
            log.Lines,
            line => Assert.StartsWith("Warning: DirectML is not in this ONNX Runtime, which offers ", line, StringComparison.Ordinal),
            line => Assert.EndsWith(", Cpu.", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Build_NoProviderIsThere_IsATypedError()
    {
        ExecutionProviderException error = Assert.Throws<ExecutionProviderException>(
            () => Model.ExtractFeatures().UseOnnxRuntime(ExecutionProvider.DirectML).Build());
        Assert.Equal(["DirectML"], error.Requested);
        Assert.Contains("CPUExecutionProvider", error.Available);
        Assert.Contains("Microsoft.ML.OnnxRuntime.DirectML", error.Message, StringComparison.Ordinal);
    }
}
