using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Scott.Models.Errors;
using Scott.Models.Imaging;
using Scott.Models.Native;
using Scott.Models.Onnx;
using Scott.Models.Weights;

namespace Scott.Models.Features;

/// <summary>Sets up a <see cref="FeatureExtractor"/>. Made by <c>ScottModel.ExtractFeatures()</c>; the last call of each kind wins. Not thread-safe.</summary>
public sealed class FeatureExtractorBuilder
{
    private readonly ModelSnapshot _model;
    private FeatureExtractionOptions _options = new();
    private ILogger _logger = NullLogger.Instance;
    private bool _isBuilt;

    internal FeatureExtractorBuilder(ModelSnapshot model) => _model = model;

    /// <summary>Replaces all options.</summary>
    /// <param name="options">The new ones.</param>
    public FeatureExtractorBuilder WithOptions(FeatureExtractionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Set(_ => options);
    }

    /// <summary>Computes by ONNX Runtime, on the first of these providers that runs; the CPU if none is given.</summary>
    /// <param name="providers">In order; put <see cref="ExecutionProvider.Cpu"/> last as the fallback.</param>
    public FeatureExtractorBuilder UseOnnxRuntime(params ExecutionProvider[] providers)
    {
        ArgumentNullException.ThrowIfNull(providers);
        ExecutionProvider[] chosen = providers.Length == 0 ? [ExecutionProvider.Cpu] : [.. providers];
        return Set(options => options with { Engine = FeatureEngine.OnnxRuntime, ExecutionProviders = chosen });
    }

    /// <summary>Which GPU the CUDA and DirectML providers compute on.</summary>
    /// <param name="gpuIndex">From 0.</param>
    public FeatureExtractorBuilder WithGpu(int gpuIndex) => Set(options => options with { GpuIndex = gpuIndex });

    /// <summary>Computes by TorchSharp.</summary>
    /// <param name="device">Where; <see cref="TorchDevice.Auto"/> if <see langword="null"/>.</param>
    public FeatureExtractorBuilder UseTorch(TorchDevice? device = null) =>
        Set(options => options with { Engine = FeatureEngine.Torch, TorchDevice = device ?? TorchDevice.Auto });

    /// <summary>The numbers that ONNX Runtime computes in.</summary>
    /// <param name="precision">See <see cref="FeatureExtractionOptions.Precision"/>.</param>
    public FeatureExtractorBuilder WithPrecision(OnnxPrecision precision) => Set(options => options with { Precision = precision });

    /// <summary>How many pictures go through a GPU, or through TorchSharp, at once.</summary>
    /// <param name="batchSize">See <see cref="FeatureExtractionOptions.BatchSize"/>.</param>
    public FeatureExtractorBuilder WithBatchSize(int batchSize) => Set(options => options with { BatchSize = batchSize });

    /// <summary>How many CPU threads ONNX Runtime and the decoding use.</summary>
    /// <param name="threads">0 for one per core.</param>
    public FeatureExtractorBuilder WithThreads(int threads) => Set(options => options with { Threads = threads });

    /// <summary>Scales the vector to length 1.</summary>
    public FeatureExtractorBuilder WithUnitLength() => Set(options => options with { NormalizeEmbedding = true });

    /// <summary>Returns the patch tokens too.</summary>
    /// <param name="normalized">Whether the feature norm is applied to them.</param>
    public FeatureExtractorBuilder WithTokens(bool normalized = true) => Set(options => options with { IncludeTokens = true, NormalizeTokens = normalized });

    /// <summary>Returns the last block's attention weights too.</summary>
    public FeatureExtractorBuilder WithAttention() => Set(options => options with { IncludeAttention = true });

    /// <summary>Returns the tokens behind these blocks too, not normalised.</summary>
    /// <param name="blocks">From 0.</param>
    public FeatureExtractorBuilder WithBlocks(params int[] blocks)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        return Set(options => options with { Blocks = blocks.ToHashSet() });
    }

    /// <summary>Decodes big JPEG files at a fraction of their size, which is faster and not exact; see <see cref="ImageDecodingOptions.FastDecode"/>.</summary>
    public FeatureExtractorBuilder WithFastDecode() => Set(options => options with { Decoding = options.Decoding with { FastDecode = true } });

    /// <summary>The most pixels a picture may have.</summary>
    /// <param name="maximumPixels">See <see cref="ImageDecodingOptions.MaximumPixels"/>.</param>
    public FeatureExtractorBuilder WithMaximumPixels(long maximumPixels) =>
        Set(options => options with { Decoding = options.Decoding with { MaximumPixels = maximumPixels } });

    /// <summary>Where the line goes that says which execution provider runs.</summary>
    /// <param name="logger">The app's.</param>
    public FeatureExtractorBuilder WithLogger(ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(logger);
        ThrowIfBuilt();
        _logger = logger;
        return this;
    }

    /// <summary>Makes the extractor and loads its engine.</summary>
    /// <exception cref="ScottConfigurationException">An option is not legal.</exception>
    /// <exception cref="NativeLibraryException">The engine's native library is missing or does not load.</exception>
    /// <exception cref="ExecutionProviderException">None of the execution providers runs.</exception>
    /// <exception cref="DeviceNotAvailableException">The torch device is not on this machine.</exception>
    /// <exception cref="InvalidOperationException">It was built before.</exception>
    public FeatureExtractor Build()
    {
        ThrowIfBuilt();
        var extractor = new FeatureExtractor(_model, _options, _logger);
        _isBuilt = true;
        return extractor;
    }

    private FeatureExtractorBuilder Set(Func<FeatureExtractionOptions, FeatureExtractionOptions> change)
    {
        ThrowIfBuilt();
        _options = change(_options);
        return this;
    }

    private void ThrowIfBuilt()
    {
        if (_isBuilt)
        {
            throw new InvalidOperationException("This builder has built its extractor; begin anew with ScottModel.ExtractFeatures().");
        }
    }
}
