namespace Scott.Models.Onnx;

/// <summary>What graph to emit for a backbone.</summary>
internal sealed record GraphOptions
{
    public OnnxPrecision Precision { get; init; } = OnnxPrecision.Float32;

    public OnnxOperatorSet OperatorSet { get; init; } = OnnxOperatorSet.Opset17;

    /// <summary>Whether the input is uint8 [B, S, S, 3] with the normalization inside the graph, instead of normalized float [B, 3, S, S].</summary>
    public bool HasByteInput { get; init; }

    /// <summary>Whether <c>tokens</c> are normalized by the feature norm.</summary>
    public bool NormalizesTokens { get; init; } = true;

    /// <summary>Whether <c>embedding</c> is scaled to length 1.</summary>
    public bool HasUnitLength { get; init; }

    /// <summary>Which outputs the graph has.</summary>
    public GraphOutputs Outputs { get; init; } = GraphOutputs.Tokens | GraphOutputs.Embedding;

    /// <summary>The blocks, from 0, whose tokens are outputs <c>block_0</c>, <c>block_1</c>, …</summary>
    public IReadOnlySet<int> Blocks { get; init; } = new HashSet<int>();
}
