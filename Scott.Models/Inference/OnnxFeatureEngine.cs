using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.OnnxRuntime;
using Scott.Models.Onnx;

namespace Scott.Models.Inference;

/// <summary>Features by ONNX Runtime, from a graph made in memory. Never loads libtorch.</summary>
/// <remarks>
/// On the CPU there are two sessions: one that spreads a single image over all threads, for the shortest wait, and, made when first needed,
/// one on a single thread per run, of which many run at once, for the highest rate.
/// </remarks>
internal sealed class OnnxFeatureEngine : IFeatureEngine
{
    private readonly FeatureLayout _layout;
    private readonly Func<int, IReadOnlyList<ExecutionProvider>, ILogger, OnnxSession> _create;
    private readonly Lock _gate = new();
    private readonly Lock _gpuGate = new();
    private readonly int _threads;
    private readonly int _gpuBatchSize;
    private readonly OnnxSession _single;
    private OnnxSession? _bulk;
    private bool _isDisposed;

    public OnnxFeatureEngine(ScottModel model, ScottClassifier? classifier, FeatureLayout layout, InferenceOptions options, ILogger logger)
    {
        _layout = layout;
        _threads = options.EffectiveThreads;

        // The scale of an input in 8-bit integers is the whole batch's, so only alone does an image not depend on its neighbors.
        _gpuBatchSize = options.Precision == OnnxPrecision.Int8 ? 1 : options.BatchSize;
        GraphOptions graph = Graph(layout, options.Precision);
        _create = (threads, providers, log) =>
            OnnxSession.Create(ModelGraph.Serialize(model, classifier, graph), providers, options.GpuIndex, threads, log);
        _single = _create(_threads, options.ExecutionProviders, logger);
    }

    public string Description => $"ONNX Runtime {OrtEnv.Instance().GetVersionString()}, {_single.Provider}";

    public ExecutionProvider? ExecutionProvider => _single.Provider;

    public int BulkBatchSize => IsOnCpu ? 1 : _gpuBatchSize;

    private bool IsOnCpu => _single.Provider == Onnx.ExecutionProvider.Cpu;

    public void Run(FeatureBatch batch, int count, bool isBulk)
    {
        (string Name, float[] Memory, long[] Shape)[] wanted = [.. Outputs(batch, count).Where(output => output.Memory.Length > 0)];
        OrtValue[] outputs = [.. wanted.Select(output => Value(output.Memory, output.Shape))];
        try
        {
            using OrtValue images = Value(batch.Images, [count, 3, _layout.ImagePixels, _layout.ImagePixels]);
            Run(images, [.. wanted.Select(output => output.Name)], outputs, isBulk);
        }
        finally
        {
            Array.ForEach(outputs, output => output.Dispose());
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _single.Dispose();
            _bulk?.Dispose();
        }
    }

    private static GraphOptions Graph(FeatureLayout layout, OnnxPrecision precision) => new()
    {
        Precision = precision,
        OperatorSet = OnnxOperatorSet.OnnxRuntime,
        NormalizesTokens = layout.NormalizesTokens,
        HasUnitLength = layout.HasUnitLength,
        Outputs = Outputs(layout),
        Blocks = layout.Blocks.ToHashSet(),
    };

    private static GraphOutputs Outputs(FeatureLayout layout) =>
        GraphOutputs.Embedding
        | (layout.Classes > 0 ? GraphOutputs.Logits : GraphOutputs.None)
        | (layout.HasTokens ? GraphOutputs.Tokens : GraphOutputs.None)
        | (layout.HasAttention ? GraphOutputs.Attention : GraphOutputs.None);

    /// <summary>All that a graph can give; what is not wanted has no memory.</summary>
    private IEnumerable<(string Name, float[] Memory, long[] Shape)> Outputs(FeatureBatch batch, int count)
    {
        long[] tokens = [count, _layout.Patches, _layout.Width];
        return
        [
            (GraphNames.Tokens, batch.Tokens, tokens),
            (GraphNames.Embedding, batch.Vectors, [count, _layout.Width]),
            (GraphNames.Logits, batch.Logits, [count, _layout.Classes]),
            (GraphNames.Attention, batch.Attention, [count, _layout.Heads, _layout.AttentionSide, _layout.AttentionSide]),
            .. _layout.Blocks.Zip(batch.Blocks, (block, memory) => (GraphNames.Block(block), memory, tokens)),
        ];
    }

    private static OrtValue Value(float[] memory, long[] shape)
    {
        long length = shape.Aggregate(1L, (product, size) => product * size);
        return OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory.AsMemory(0, (int)length), shape);
    }

    private void Run(OrtValue images, string[] names, OrtValue[] outputs, bool isBulk)
    {
        if (IsOnCpu)
        {
            (isBulk && _threads > 1 ? Bulk() : _single).Run(images, names, outputs);
            return;
        }

        // A GPU takes one run at a time: DirectML allows no more, and with CUDA each would need memory of its own.
        lock (_gpuGate)
            _single.Run(images, names, outputs);
    }

    private OnnxSession Bulk()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _bulk ??= _create(1, [_single.Provider], NullLogger.Instance);
        }
    }
}
