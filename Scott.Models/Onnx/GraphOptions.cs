namespace Scott.Models.Onnx;

/// <summary>What graph to emit.</summary>
internal sealed record GraphOptions
{
    public OnnxPrecision Precision { get; init; } = OnnxPrecision.Float32;
    public OnnxOperatorSet OperatorSet { get; init; } = OnnxOperatorSet.Opset17;
    /// <summary>Whether the input is uint8 [B, H, W, C] with the normalization inside the graph, instead of normalized float [B, C, H, W].</summary>
    public bool HasByteInput { get; init; }
    /// <summary>Whether the output <c>tokens</c> is normalized by the feature norm.</summary>
    public bool NormalizesTokens { get; init; } = true;
    public bool HasUnitLength { get; init; } // whether embedding is scaled to length 1
    /// <summary>How <c>embedding</c> is made of the tokens.</summary>
    public EmbeddingPooling Pooling { get; init; } = EmbeddingPooling.PatchMean;
    public GraphOutputs Outputs { get; init; } = GraphOutputs.Tokens | GraphOutputs.Embedding;
    /// <summary>The blocks, from 0, whose tokens are outputs <c>block_0</c>, <c>block_1</c>, …</summary>
    public IReadOnlySet<int> Blocks { get; init; } = new HashSet<int>();
    /// <summary>The ranges that 8-bit scales come from; without them scales are computed at run time.</summary>
    public ActivationRanges? Ranges { get; init; }
    public bool MeasuresRanges { get; init; } // whether the activations whose ranges a quantized graph needs are outputs

    /// <summary>The graph that an export writes.</summary>
    public static GraphOptions Of(
        ScottArchitecture architecture, OnnxExportOptions options, ScottClassifier? classifier, ActivationRanges? ranges = null) => new()
        {
            Precision = options.Precision,
            Ranges = ranges,
            OperatorSet = options.OperatorSet,
            HasByteInput = options.ByteInput,
            NormalizesTokens = options.NormalizeTokens,
            HasUnitLength = options.UnitLength,
            Pooling = options.Pooling ?? architecture.DefaultPooling,
            Outputs = classifier is null ? GraphOutputs.Tokens | GraphOutputs.Embedding : GraphOutputs.Logits | GraphOutputs.Probabilities,
        };
}

/// <summary>The outputs a graph can have beside those of chosen blocks.</summary>
[Flags]
internal enum GraphOutputs
{
    None = 0,
    /// <summary><c>tokens</c>, [B, N, D].</summary>
    Tokens = 1,
    /// <summary><c>embedding</c>, [B, D] or [B, 2·D]: the image's vector.</summary>
    Embedding = 2,
    /// <summary><c>attention</c>, [B, H, T, T]: the last block's attention weights.</summary>
    Attention = 4,
    /// <summary><c>logits</c>, [B, C]; needs a head.</summary>
    Logits = 8,
    /// <summary><c>probabilities</c>, [B, C]: the logits' softmax, or their sigmoid of a multi-label classifier; needs
    /// <see cref="Logits"/>.</summary>
    Probabilities = 16,
}
