using Scott.Models.Configuration;

namespace Scott.Models.Features;

/// <summary>Which features are taken from a picture, and how many numbers each has. Fixed when an extractor is built.</summary>
internal sealed class FeatureLayout
{
    public FeatureLayout(ScottArchitecture architecture, FeatureExtractionOptions options)
    {
        Width = architecture.EmbeddingWidth;
        GridSide = architecture.GridSide;
        Heads = architecture.Heads;
        AttentionSide = architecture.RegisterTokens + architecture.Patches;
        RegisterTokens = architecture.RegisterTokens;
        ImageLength = 3 * architecture.ImagePixels * architecture.ImagePixels;
        ImagePixels = architecture.ImagePixels;
        HasTokens = options.IncludeTokens;
        HasAttention = options.IncludeAttention;
        HasUnitLength = options.NormalizeEmbedding;
        NormalizesTokens = options.NormalizeTokens;
        Blocks = [.. options.Blocks.Order()];
    }

    public int Width { get; }

    public int GridSide { get; }

    public int Heads { get; }

    public int RegisterTokens { get; }

    public int ImagePixels { get; }

    /// <summary>The numbers of one preprocessed picture.</summary>
    public int ImageLength { get; }

    public bool HasTokens { get; }

    public bool HasAttention { get; }

    public bool HasUnitLength { get; }

    public bool NormalizesTokens { get; }

    /// <summary>The blocks asked for, ascending.</summary>
    public IReadOnlyList<int> Blocks { get; }

    public int TokensLength => GridSide * GridSide * Width;

    /// <summary>The side of an attention map: registers and patches.</summary>
    public int AttentionSide { get; }

    public int AttentionLength => Heads * AttentionSide * AttentionSide;
}
