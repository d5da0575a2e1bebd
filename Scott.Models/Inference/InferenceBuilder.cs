using Microsoft.Extensions.Logging.Abstractions;
using Scott.Models.Imaging;
using Scott.Models.Onnx;
using Scott.Models.Torch;

namespace Scott.Models.Inference;

/// <summary>Sets up how a trained model computes. The last call of each kind wins; unusable after <c>Build</c>. Not thread-safe.</summary>
/// <typeparam name="TBuilder">The builder itself.</typeparam>
/// <typeparam name="TOptions">The options that it sets.</typeparam>
public abstract class InferenceBuilder<TBuilder, TOptions>
    where TBuilder : InferenceBuilder<TBuilder, TOptions>
    where TOptions : InferenceOptions
{
    private readonly BuilderState _state;
    private TOptions _options;
    private ILogger _logger = NullLogger.Instance;

    private protected InferenceBuilder(TOptions options, string start) => (_options, _state) = (options, new BuilderState("built", start));

    /// <summary>Replaces all options.</summary>
    /// <param name="options">The new options.</param>
    public TBuilder WithOptions(TOptions options) => Set(options, (_, value) => value);

    /// <summary>Computes with ONNX Runtime, on the first of these providers that runs; on the CPU if the list is empty.</summary>
    /// <param name="providers">The providers in the order to try; put <see cref="ExecutionProvider.Cpu"/> last as the fallback.</param>
    public TBuilder UseOnnxRuntime(params IEnumerable<ExecutionProvider> providers) => Set(providers, (options, value) => options with
    {
        Engine = FeatureEngine.OnnxRuntime,
        TorchPrecision = TorchPrecision.Float32,
        ExecutionProviders = [.. value.DefaultIfEmpty(ExecutionProvider.Cpu)],
    });

    /// <summary>Sets the GPU that the CUDA and DirectML providers compute on.</summary>
    /// <param name="gpuIndex">The GPU's number, from 0.</param>
    public TBuilder WithGpuIndex(int gpuIndex) => Set(options => options with { GpuIndex = gpuIndex });

    /// <summary>Computes with TorchSharp.</summary>
    /// <param name="device">The device; <see cref="TorchDevice.Auto"/> if <see langword="null"/>.</param>
    /// <param name="precision">The number format: bfloat16 for batches on a CPU that has it in hardware.</param>
    public TBuilder UseTorch(TorchDevice? device = null, TorchPrecision precision = TorchPrecision.Float32) =>
        Set(options => options with { Engine = FeatureEngine.Torch, TorchDevice = device ?? TorchDevice.Auto, TorchPrecision = precision });

    /// <summary>Computes in managed code, without a native library. See <see cref="FeatureEngine.Managed"/>.</summary>
    public TBuilder UseManaged() => Set(options => options with { Engine = FeatureEngine.Managed, TorchPrecision = TorchPrecision.Float32 });

    /// <summary>Sets the number format that ONNX Runtime computes in.</summary>
    /// <param name="precision">See <see cref="InferenceOptions.Precision"/>.</param>
    public TBuilder WithPrecision(OnnxPrecision precision) => Set(options => options with { Precision = precision });

    /// <summary>Sets how many images a GPU or TorchSharp computes at once.</summary>
    /// <param name="batchSize">See <see cref="InferenceOptions.BatchSize"/>.</param>
    public TBuilder WithBatchSize(int batchSize) => Set(options => options with { BatchSize = batchSize });

    /// <summary>Sets how many CPU threads ONNX Runtime, the managed engine and the decoding use.</summary>
    /// <param name="threads">The number of threads; 0 for one per core.</param>
    public TBuilder WithThreads(int threads) => Set(options => options with { Threads = threads });

    /// <summary>Decodes big JPEG files at a fraction of their size: faster, not exact. See <see cref="ImageDecodingOptions.FastDecode"/>.</summary>
    public TBuilder WithFastDecode() => Set(options => options with { Decoding = options.Decoding with { FastDecode = true } });

    /// <summary>Sets how images are decoded, and how large they may be.</summary>
    /// <param name="options">Replaces all decoding options.</param>
    public TBuilder WithDecoding(ImageDecodingOptions options) => Set(options, (old, value) => old with { Decoding = value });

    /// <summary>Sets the logger, which gets the engine in use and the execution providers that do not run.</summary>
    /// <param name="logger">The app's logger.</param>
    public TBuilder WithLogger(ILogger logger)
    {
        Set(logger, (options, _) => options);
        _logger = logger;
        return (TBuilder)this;
    }

    private protected TBuilder Set(Func<TOptions, TOptions> change)
    {
        _state.ThrowIfUsedUp();
        _options = change(_options);
        return (TBuilder)this;
    }

    private protected TBuilder Set<T>(T value, Func<TOptions, T, TOptions> change, [CallerArgumentExpression(nameof(value))] string parameter = "")
        where T : class
    {
        ArgumentNullException.ThrowIfNull(value, parameter);
        return Set(options => change(options, value));
    }

    /// <summary>Builds the object. Afterwards the builder is unusable.</summary>
    private protected T BuildOnce<T>(Func<TOptions, ILogger, T> build)
    {
        _state.UseUp();
        return build(_options, _logger);
    }
}
