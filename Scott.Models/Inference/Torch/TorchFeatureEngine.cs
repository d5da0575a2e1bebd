using Scott.Models.Onnx;
using Scott.Models.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Inference;

/// <summary>Computes features with TorchSharp, one run at a time: torch spreads each run over threads.</summary>
internal sealed class TorchFeatureEngine : IFeatureEngine
{
    private const double ShortestLength = 1e-6; // As in the ONNX graph.

    private readonly FeatureLayout _layout;
    private readonly Backbone _backbone;
    private readonly nn.Module<Tensor, Tensor>? _head;
    private readonly ClassifierHead _headKind;
    private readonly ScalarType _type = ScalarType.Float32;
    private readonly BackboneDetails _details;
    private readonly Lock _gate = new();

    public TorchFeatureEngine(ScottModel model, ScottClassifier? classifier, FeatureLayout layout, InferenceOptions options)
    {
        _layout = layout;
        _details = new BackboneDetails { LastAttention = layout.HasAttention, Blocks = layout.Blocks.ToHashSet() };
        _backbone = Backbone.Create(model.Architecture, model.Weights, options.TorchDevice);
        BulkBatchSize = options.BatchSize;
        try
        {
            if (options.TorchPrecision == TorchPrecision.BFloat16)
                ModuleWeights.Convert(_backbone, _type = ScalarType.BFloat16);

            _headKind = classifier?.Head ?? ClassifierHead.Linear;
            _head = classifier is null ? null : ClassifierHeads.Create(
                classifier.Head, layout.TokenWidth, classifier.ClassNames.Count, classifier.HeadWeights, _backbone.Device);
        }
        catch
        {
            _backbone.Dispose();
            throw;
        }
    }

    public string Description => $"TorchSharp {typeof(torch).Assembly.GetName().Version?.ToString(3)}, {_backbone.Device}"
        + (_type == ScalarType.BFloat16 ? ", bfloat16" : string.Empty);

    public ExecutionProvider? ExecutionProvider => null;
    public int BulkBatchSize { get; }

    public void Run(FeatureBatch batch, int count, bool isBulk)
    {
        lock (_gate)
        {
            using DisposeScope scope = NewDisposeScope();
            using IDisposable noGradient = no_grad();
            Tensor images = ImageBatches.Load(batch.Images, count, _backbone).to_type(_type);
            using BackboneOutput output = _backbone.ForwardWithDetails(images, null, _details);
            Tensor normalized = Normalize(output.Tokens); // [B, N, D]
            var tokens = new NormalizedTokens(normalized, output.ClassToken is null ? null : Normalize(output.ClassToken));
            Tensor vectors = tokens.Pool(_layout.Pooling);
            Copy(_layout.HasUnitLength ? vectors / vectors.norm(1, keepdim: true, p: 2).AtLeast(ShortestLength) : vectors, batch.Vectors);
            if (_head is not null)
                Copy(_head.call(tokens.ForHead(_headKind)), batch.Logits);
            if (_layout.HasTokens)
                Copy(_layout.NormalizesTokens ? normalized : output.Tokens, batch.Tokens);
            if (output.LastAttention is not null)
                Copy(output.LastAttention, batch.Attention);

            for (int i = 0; i < _layout.Blocks.Count; i++)
                Copy(output.Blocks[_layout.Blocks[i]], batch.Blocks[i]);
        }
    }

    /// <summary>Computes on the CPU what an export's outputs should be. Loads libtorch.</summary>
    public static IReadOnlyList<GraphValues> ComputeReference(
        ScottModel model, ScottClassifier? classifier, OnnxExportOptions export, float[] images, int count)
    {
        TorchRuntime.EnsureLoaded();
        var options = new FeatureExtractionOptions
        {
            TorchDevice = TorchDevice.Cpu,
            IncludeTokens = true,
            NormalizeTokens = export.NormalizeTokens,
            UnitLength = export.UnitLength,
            Pooling = export.Pooling,
        };
        FeatureLayout layout = classifier is null
            ? FeatureLayout.ForFeatures(model.Architecture, options)
            : FeatureLayout.ForClasses(model.Architecture, classifier.ClassNames.Count);
        var batch = new FeatureBatch(layout, count);
        images.CopyTo(batch.Images, 0);
        using var engine = new TorchFeatureEngine(model, classifier, layout, options);
        engine.Run(batch, count, isBulk: false);
        return layout.Classes > 0
            ? [new(GraphNames.Logits, batch.Logits), new(GraphNames.Probabilities, classifier!.IsMultiLabel
                ? Sigmoid.Of(batch.Logits) : Softmax.OfRows(batch.Logits, layout.Classes))]
            : [new(GraphNames.Tokens, batch.Tokens), new(GraphNames.Embedding, batch.Vectors)];
    }

    public void Dispose()
    {
        _head?.Dispose();
        _backbone.Dispose();
    }

    /// <summary>[…, D] → […, D], for pooling and heads in single precision.</summary>
    private Tensor Normalize(Tensor tokens) => _backbone.Normalize(tokens).to_type(ScalarType.Float32);

    private static void Copy(Tensor tensor, float[] destination)
    {
        Tensor local = tensor.to_type(ScalarType.Float32).cpu().contiguous();
        local.data<float>().CopyTo(destination.AsSpan(0, (int)local.NumberOfElements));
    }
}
