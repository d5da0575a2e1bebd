using Scott.Models.Weights;

namespace Scott.Models.Inference;

/// <summary>The weights of a backbone in the order in which the kernels read them. Immutable; all runs share it.</summary>
internal sealed class ManagedWeights
{
    /// <summary>Packs a model's weights for registers of half a panel.</summary>
    public ManagedWeights(ScottModel model, int panelWidth)
    {
        Architecture = model.Architecture;
        WeightSet weights = model.Weights;
        Convolutions = Architecture.Tokenizer == TokenizerKind.Scott
            ? [Convolution("tokenizer.tokenizer.0"), Convolution("tokenizer.tokenizer.3")]
            : [Convolution("tokenizer.proj")];
        Prefix = new AlignedFloats(Architecture.PrefixTokens * Width);
        Positions = new AlignedFloats(Architecture.Patches * Width);
        PlacePositions(weights);
        Blocks = [.. Enumerable.Range(0, Architecture.Depth).Select(block => new BlockWeights(weights, Architecture, block, panelWidth))];
        LastNorm = Architecture.StandardVit is { } standard
            ? NormWeights.Learned(weights, StandardVitLayout.FinalNorm, standard.NormEpsilon)
            : NormWeights.Plain;
        GC.KeepAlive(model);

        PackedMatrix Convolution(string name) => PackedMatrix.Convolution(weights, name, panelWidth);
    }

    public ScottArchitecture Architecture { get; }
    /// <summary>The SCOTT tokenizer's two convolutions, or the patch projection.</summary>
    public IReadOnlyList<PackedMatrix> Convolutions { get; }
    /// <summary>The class token and the registers, with their positions.</summary>
    public AlignedFloats Prefix { get; }
    /// <summary>The patches' positions, [N, D].</summary>
    public AlignedFloats Positions { get; }
    public IReadOnlyList<BlockWeights> Blocks { get; }
    /// <summary>The norm that makes features of tokens.</summary>
    public NormWeights LastNorm { get; }
    private int Width => Architecture.EmbeddingWidth;

    private void PlacePositions(WeightSet weights)
    {
        int next = 0;
        foreach (string name in new[] { StandardVitLayout.ClassTokenName, BackboneLayout.RegistersName })
        {
            if (next < Prefix.Length && weights.TryGet(name, out WeightTensor? token))
            {
                token.CopyTo(Prefix.Span[next..]);
                next += token.ElementCount;
            }
        }

        // The paper's table has rows for the registers; a standard ViT's has rows for patches alone.
        ReadOnlySpan<float> table = weights[BackboneLayout.PositionName].ToArray();
        if (Architecture.StandardVit is null)
        {
            System.Numerics.Tensors.TensorPrimitives.Add(Prefix.Span, table[..Prefix.Length], Prefix.Span);
            table = table[Prefix.Length..];
        }

        table.CopyTo(Positions.Span);
    }
}

/// <summary>The weights of one transformer block.</summary>
internal sealed class BlockWeights
{
    public BlockWeights(WeightSet weights, ScottArchitecture architecture, int block, int panelWidth)
    {
        string prefix = FormattableString.Invariant($"transformer.blocks.{block}.");
        QueriesKeysValues = PackedMatrix.Linear(weights, prefix + "self_attn.qkv", panelWidth);
        Projection = PackedMatrix.Linear(weights, prefix + "self_attn.proj", panelWidth);
        Hidden = architecture.FeedForward == FeedForwardKind.SwiGlu
            ? PackedMatrix.Gated(weights, prefix + "ffn_layer.w12", panelWidth)
            : PackedMatrix.Linear(weights, prefix + "ffn_layer.linear1", panelWidth);
        Last = PackedMatrix.Linear(weights, prefix + "ffn_layer.last_linear", panelWidth);
        if (architecture.StandardVit is not { } standard)
            return;

        FirstNorm = NormWeights.Learned(weights, prefix + "norm1", standard.NormEpsilon);
        SecondNorm = NormWeights.Learned(weights, prefix + "norm2", standard.NormEpsilon);
        if (standard.HasLayerScale)
            (FirstScale, SecondScale) = (NormWeights.Place(weights[prefix + "ls1"]), NormWeights.Place(weights[prefix + "ls2"]));
    }

    public PackedMatrix QueriesKeysValues { get; }
    public PackedMatrix Projection { get; }
    /// <summary>From D to the hidden width, gated or not.</summary>
    public PackedMatrix Hidden { get; }
    public PackedMatrix Last { get; }
    public NormWeights FirstNorm { get; } = NormWeights.Plain;
    public NormWeights SecondNorm { get; } = NormWeights.Plain;
    /// <summary>Factors of the attention's and the feed-forward layer's output, if the model has them.</summary>
    public AlignedFloats? FirstScale { get; }
    public AlignedFloats? SecondScale { get; }
}

/// <summary>A LayerNorm: with a learned scale and shift, or plain.</summary>
internal sealed unsafe class NormWeights
{
    private const float PlainEpsilon = 1e-5f;

    private readonly AlignedFloats? _scale;
    private readonly AlignedFloats? _shift;

    private NormWeights(AlignedFloats? scale, AlignedFloats? shift, float epsilon) => (_scale, _shift, Epsilon) = (scale, shift, epsilon);

    public static NormWeights Plain { get; } = new(null, null, PlainEpsilon);

    public float Epsilon { get; }
    public bool IsLearned => _scale is not null;
    public float* Scale => _scale!.Pointer;
    public float* Shift => _shift!.Pointer;

    public static NormWeights Learned(WeightSet weights, string name, double epsilon = PlainEpsilon) =>
        new(Place(weights[name + ".weight"]), Place(weights[name + ".bias"]), (float)epsilon);

    public static AlignedFloats Place(WeightTensor tensor)
    {
        var placed = new AlignedFloats(tensor.ElementCount);
        tensor.CopyTo(placed.Span);
        return placed;
    }
}
