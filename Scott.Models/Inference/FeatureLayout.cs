namespace Scott.Models.Inference;

/// <summary>Which numbers are computed of an image, and how many there are of each. Fixed when an extractor or a classifier is built.</summary>
internal sealed class FeatureLayout
{
    private FeatureLayout(ScottArchitecture architecture)
    {
        Width = architecture.EmbeddingWidth;
        GridSide = architecture.GridSide;
        Heads = architecture.Heads;
        AttentionSide = architecture.RegisterTokens + architecture.Patches;
        RegisterTokens = architecture.RegisterTokens;
        ImageLength = 3 * architecture.ImagePixels * architecture.ImagePixels;
        ImagePixels = architecture.ImagePixels;
    }

    /// <summary>What an extractor takes.</summary>
    public static FeatureLayout ForFeatures(ScottArchitecture architecture, FeatureExtractionOptions options) => new(architecture)
    {
        HasTokens = options.IncludeTokens,
        HasAttention = options.IncludeAttention,
        HasUnitLength = options.NormalizeEmbedding,
        NormalizesTokens = options.NormalizeTokens,
        Blocks = [.. options.Blocks.Order()],
    };

    /// <summary>The vector and the logits.</summary>
    public static FeatureLayout ForClasses(ScottArchitecture architecture, int classes) => new(architecture) { Classes = classes };

    public int Width { get; }

    public int GridSide { get; }

    public int Heads { get; }

    public int RegisterTokens { get; }

    public int ImagePixels { get; }

    /// <summary>The numbers of one preprocessed image.</summary>
    public int ImageLength { get; }

    /// <summary>C: the numbers of the logits; 0 without a head.</summary>
    public int Classes { get; private init; }

    public bool HasTokens { get; private init; }

    public bool HasAttention { get; private init; }

    public bool HasUnitLength { get; private init; }

    public bool NormalizesTokens { get; private init; } = true;

    /// <summary>The blocks asked for, ascending.</summary>
    public IReadOnlyList<int> Blocks { get; private init; } = [];

    public int TokensLength => GridSide * GridSide * Width;

    /// <summary>The side of an attention map: registers and patches.</summary>
    public int AttentionSide { get; }

    public int AttentionLength => Heads * AttentionSide * AttentionSide;
}
