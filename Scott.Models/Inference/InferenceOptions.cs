using Scott.Models.Imaging;
using Scott.Models.Onnx;
using Scott.Models.Torch;

namespace Scott.Models.Inference;

/// <summary>How a trained model computes: engine, number format, threads, and how images are decoded. Immutable.</summary>
public abstract record InferenceOptions
{
    /// <summary>The default of <see cref="BatchSize"/>.</summary>
    public const int DefaultBatchSize = 16;

    private const int MaximumBatchSize = 4096;
    private const int MaximumThreads = 4096;
    private const int MaximumGpuIndex = 1023;

    private protected InferenceOptions() { }

    /// <summary>The engine that computes the features.</summary>
    /// <value>Default: <see cref="FeatureEngine.OnnxRuntime"/>.</value>
    public FeatureEngine Engine { get; init; } = FeatureEngine.OnnxRuntime;

    /// <summary>The execution providers that ONNX Runtime tries, in order.</summary>
    /// <value>At least one; default: the CPU alone.</value>
    public IReadOnlyList<ExecutionProvider> ExecutionProviders { get; init; } = [ExecutionProvider.Cpu];

    /// <summary>Which GPU the CUDA and DirectML providers compute on.</summary>
    /// <value>From 0; default: 0, the first.</value>
    public int GpuIndex { get; init; }

    /// <summary>The device that TorchSharp computes on.</summary>
    /// <value>Default: <see cref="TorchDevice.Auto"/>.</value>
    public TorchDevice TorchDevice { get; init; } = TorchDevice.Auto;

    /// <summary>The number format that TorchSharp computes in.</summary>
    /// <value>Default: <see cref="TorchPrecision.Float32"/>.</value>
    public TorchPrecision TorchPrecision { get; init; }

    /// <summary>The number format that ONNX Runtime computes in.</summary>
    /// <value>Default: <see cref="OnnxPrecision.Float32"/>, the only one for the other engines.</value>
    public OnnxPrecision Precision { get; init; } = OnnxPrecision.Float32;

    /// <summary>How many images a GPU or TorchSharp computes at once.</summary>
    /// <remarks>
    /// ONNX Runtime takes images one by one on the CPU, which is as fast, and with Int8, so that an image affects no other. So does the managed
    /// engine.
    /// </remarks>
    /// <value>1 to 4096; default: 16.</value>
    public int BatchSize { get; init; } = DefaultBatchSize;

    /// <summary>How many CPU threads ONNX Runtime, the managed engine and the decoding use. The thread count of TorchSharp, one per process, stays
    /// as it is.</summary>
    /// <value>0 (one per core) to 4096; default: 0.</value>
    public int Threads { get; init; }

    /// <summary>How images are decoded.</summary>
    /// <value>Default: exactly, up to <see cref="ImageDecodingOptions.DefaultMaximumPixels"/> pixels.</value>
    public ImageDecodingOptions Decoding { get; init; } = new();

    internal int EffectiveThreads => Threads == 0 ? Environment.ProcessorCount : Threads;

    /// <summary>The fingerprint of one output of a model that computes with these options.</summary>
    internal VectorFingerprint Fingerprint(ScottModel model, string output, int width)
    {
        string precision = Precision switch
        {
            OnnxPrecision.Float16 => ModelFingerprint.HalfPrecision,
            OnnxPrecision.Int8 => ModelFingerprint.EightBits,
            _ when TorchPrecision == TorchPrecision.BFloat16 => ModelFingerprint.Bfloat16,
            _ => ModelFingerprint.SinglePrecision,
        };
        return ModelFingerprint.Of(model, output, width, precision, Decoding.FastDecode ? "fast decode" : string.Empty);
    }

    private protected void AddFaults(FaultList faults, long largestOutput, ScottArchitecture architecture)
    {
        faults.Require(Enum.IsDefined(Engine), $"Engine is {Engine}; expected OnnxRuntime, Torch or Managed.");
        faults.Require(Enum.IsDefined(Precision), $"Precision is {Precision}; expected Float32, Float16Weights, Float16 or Int8.");
        faults.Require(
            Engine == FeatureEngine.OnnxRuntime || Precision == OnnxPrecision.Float32,
            $"Precision is {Precision}; expected Float32 for {Engine}.");
        faults.Require(Enum.IsDefined(TorchPrecision), $"TorchPrecision is {TorchPrecision}; expected Float32 or BFloat16.");
        faults.Require(
            Engine == FeatureEngine.Torch || TorchPrecision == TorchPrecision.Float32,
            $"TorchPrecision is {TorchPrecision}; only TorchSharp computes in it. Call UseTorch.");
        faults.Require(
            ExecutionProviders is { Count: > 0 } && ExecutionProviders.All(Enum.IsDefined),
            "ExecutionProviders is empty or holds an unknown value; expected Cpu, Cuda or DirectML.");
        faults.RequireRange(nameof(BatchSize), BatchSize, 1, MaximumBatchSize);
        faults.RequireRange(nameof(Threads), Threads, 0, MaximumThreads);
        faults.RequireRange(nameof(GpuIndex), GpuIndex, 0, MaximumGpuIndex);
        long largest = BatchSize * Math.Max(architecture.ImageLength, largestOutput);
        faults.Require(
            largest <= Array.MaxLength,
            $"BatchSize is {BatchSize}; a batch would hold {Plural.Of(largest, "number")} in one array, at most {Array.MaxLength} fit.");
    }
}

/// <summary>What computes the features.</summary>
public enum FeatureEngine
{
    /// <summary>ONNX Runtime, on a graph made in memory from the weights. Needs <c>Microsoft.ML.OnnxRuntime</c>, and no libtorch.</summary>
    OnnxRuntime,
    /// <summary>TorchSharp. Needs <c>TorchSharp-cpu</c> or one of the CUDA packages.</summary>
    Torch,
    /// <summary>
    /// Managed code, in single precision on the CPU. Needs no native library, so it also runs where ONNX Runtime has no package. Every processor with
    /// fused multiply-add gives the same bits, with any number of threads; a browser does not.
    /// </summary>
    Managed,
}

/// <summary>The number format that TorchSharp computes features in.</summary>
public enum TorchPrecision
{
    /// <summary>Single precision.</summary>
    Float32,
    /// <summary>
    /// bfloat16: half the memory, and on a CPU with AVX512-BF16 or AMX a batch takes a fraction of the time (docs/speed.md). Without such hardware it
    /// is many times slower. The vectors differ a little from those of other formats. Pooling and heads stay in single precision.
    /// </summary>
    BFloat16,
}
