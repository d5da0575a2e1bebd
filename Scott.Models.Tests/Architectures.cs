namespace Scott.Models.Tests;

/// <summary>Small architectures that tests share.</summary>
internal static class Architectures
{
    public static ScottArchitecture Tiny { get; } = new()
    {
        ImagePixels = 64,
        EmbeddingWidth = 32,
        Depth = 2,
        Heads = 2,
        DropoutRate = 0,
        AttentionDropoutRate = 0,
        StochasticDepthRate = 0,
    };

    public static ScottArchitecture TinyVit { get; } = Tiny with
    {
        Tokenizer = TokenizerKind.Vit,
        FeedForward = FeedForwardKind.Mlp,
        MlpRatio = 2,
        RegisterTokens = 2,
    };

    /// <summary>With everything that a standard ViT can have.</summary>
    public static ScottArchitecture TinyStandardVit { get; } = Tiny with
    {
        Tokenizer = TokenizerKind.Vit,
        RegisterTokens = 2,
        StandardVit = new StandardVit { FeedForwardWidth = 48, HasLayerScale = true },
    };

    /// <summary>For images of 48 × 80 pixels.</summary>
    public static ScottArchitecture TinyWide { get; } = Tiny with { ImagePixels = 48, ImageWidthPixels = 80 };
}
