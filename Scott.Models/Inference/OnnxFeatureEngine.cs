using System.Numerics.Tensors;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.OnnxRuntime;
using Scott.Models.Onnx;

namespace Scott.Models.Inference;

/// <summary>Computes features with ONNX Runtime, from a graph made in memory. Never loads libtorch.</summary>
/// <remarks>On the CPU one session spreads an image over all threads; another, made when needed, runs many images at once, one per thread.</remarks>
internal sealed class OnnxFeatureEngine(
    ScottModel model, ScottClassifier? classifier, FeatureLayout layout, InferenceOptions options, ILogger logger) : IFeatureEngine
{
    private readonly Lock _gate = new();
    private readonly Lock _gpuGate = new();
    private readonly OnnxSession _single = Create(model, classifier, layout, options, logger);
    private OnnxSession? _bulk;
    private bool _isDisposed;

    public string Description => $"ONNX Runtime {OrtEnv.Instance().GetVersionString()}, {_single.Provider}";
    public ExecutionProvider? ExecutionProvider => _single.Provider;
    /// <summary>With 8-bit integers a batch shares one scale, so each image runs alone: its result must not depend on other images.</summary>
    public int BulkBatchSize => IsOnCpu || options.Precision == OnnxPrecision.Int8 ? 1 : options.BatchSize;
    private bool IsOnCpu => _single.Provider == Onnx.ExecutionProvider.Cpu;

    public void Run(FeatureBatch batch, int count, bool isBulk)
    {
        (string Name, float[] Memory, long[] Shape)[] wanted = [.. Outputs(batch, count).Where(output => output.Memory.Length > 0)];
        string[] names = [.. wanted.Select(output => output.Name)];
        OrtValue[] outputs = [.. wanted.Select(output => Value(output.Memory, output.Shape))];
        try
        {
            ScottArchitecture architecture = layout.Architecture;
            using OrtValue images = Value(batch.Images, [count, architecture.Channels, architecture.ImageHeight, architecture.ImageWidth]);
            if (IsOnCpu)
            {
                (isBulk && options.EffectiveThreads > 1 ? Bulk() : _single).Run(images, names, outputs);
                return;
            }

            // A GPU takes one run at a time: DirectML allows only one, and with CUDA each run would need its own memory.
            lock (_gpuGate)
                _single.Run(images, names, outputs);
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

    private static OnnxSession Create(
        ScottModel model, ScottClassifier? classifier, FeatureLayout layout, InferenceOptions options, ILogger logger)
    {
        byte[] graph = ModelGraph.Serialize(model, classifier, new GraphOptions
        {
            Precision = options.Precision,
            OperatorSet = OnnxOperatorSet.OnnxRuntime,
            NormalizesTokens = layout.NormalizesTokens,
            HasUnitLength = layout.HasUnitLength,
            Pooling = layout.Pooling,
            Outputs = GraphOutputs.Embedding
                | (layout.Classes > 0 ? GraphOutputs.Logits : GraphOutputs.None)
                | (layout.HasTokens ? GraphOutputs.Tokens : GraphOutputs.None)
                | (layout.HasAttention ? GraphOutputs.Attention : GraphOutputs.None),
            Blocks = layout.Blocks.ToHashSet(),
        });
        return OnnxSession.Create(graph, options.ExecutionProviders, options.GpuIndex, options.EffectiveThreads, logger);
    }

    /// <summary>All outputs that a graph can have. An output that is not wanted has no memory.</summary>
    private IEnumerable<(string Name, float[] Memory, long[] Shape)> Outputs(FeatureBatch batch, int count)
    {
        ScottArchitecture architecture = layout.Architecture;
        long[] tokens = [count, architecture.Patches, layout.TokenWidth];
        return
        [
            (GraphNames.Tokens, batch.Tokens, tokens),
            (GraphNames.Embedding, batch.Vectors, [count, layout.VectorWidth]),
            (GraphNames.Logits, batch.Logits, [count, layout.Classes]),
            (GraphNames.Attention, batch.Attention, [count, architecture.Heads, architecture.Tokens, architecture.Tokens]),
            .. layout.Blocks.Zip(batch.Blocks, (block, memory) => (GraphNames.Block(block), memory, tokens)),
        ];
    }

    private static OrtValue Value(float[] memory, long[] shape) => OrtValue.CreateTensorValueFromMemory(
        OrtMemoryInfo.DefaultInstance, memory.AsMemory(0, (int)TensorPrimitives.Product<long>(shape)), shape);

    private OnnxSession Bulk()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            InferenceOptions alone = options with { ExecutionProviders = [_single.Provider], Threads = 1 };
            return _bulk ??= Create(model, classifier, layout, alone, NullLogger.Instance);
        }
    }
}
