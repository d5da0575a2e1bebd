namespace Scott.Models.Inference;

/// <summary>Which outputs are computed from an image, and their lengths. Fixed when an extractor or a classifier is built.</summary>
internal sealed record FeatureLayout(ScottArchitecture Architecture)
{
    /// <summary>C: the number of logits; 0 without a head.</summary>
    public int Classes { get; private init; }
    public bool HasTokens { get; private init; }
    public bool HasAttention { get; private init; }
    public bool HasUnitLength { get; private init; }
    public bool NormalizesTokens { get; private init; } = true;
    /// <summary>The blocks asked for, ascending.</summary>
    public IReadOnlyList<int> Blocks { get; private init; } = [];
    public EmbeddingPooling Pooling { get; private init; } = Architecture.DefaultPooling;
    /// <summary>The length of the vector.</summary>
    public int VectorWidth => Architecture.VectorWidth(Pooling);
    /// <summary>D: the length of one token.</summary>
    public int TokenWidth => Architecture.EmbeddingWidth;
    public int ImageLength => Architecture.ImageLength;
    public int TokensLength => Architecture.Patches * TokenWidth;
    public int AttentionLength => Architecture.Heads * Architecture.Tokens * Architecture.Tokens;

    /// <summary>What an extractor gives.</summary>
    public static FeatureLayout ForFeatures(ScottArchitecture architecture, FeatureExtractionOptions options) => new(architecture)
    {
        HasTokens = options.IncludeTokens,
        HasAttention = options.IncludeAttention,
        HasUnitLength = options.UnitLength,
        Pooling = options.Pooling ?? architecture.DefaultPooling,
        NormalizesTokens = options.NormalizeTokens,
        Blocks = [.. options.Blocks.Order()],
    };

    /// <summary>The vector and the logits.</summary>
    public static FeatureLayout ForClasses(ScottArchitecture architecture, int classes) => new(architecture) { Classes = classes };
}

/// <summary>The memory of one run of an engine: images in, features out. Used again and again, by one thread at a time.</summary>
internal sealed class FeatureBatch(FeatureLayout layout, int capacity)
{
    public static long Bytes(FeatureLayout layout, int capacity)
    {
        long tokens = ((layout.HasTokens ? 1L : 0) + layout.Blocks.Count) * layout.TokensLength;
        return capacity * sizeof(float) * (
            layout.ImageLength + layout.VectorWidth + layout.Classes + tokens + (layout.HasAttention ? layout.AttentionLength : 0L));
    }

    /// <summary>[capacity, 3, H, W].</summary>
    public float[] Images { get; } = new float[capacity * layout.ImageLength];
    /// <summary>[capacity, length of the vector].</summary>
    public float[] Vectors { get; } = new float[capacity * layout.VectorWidth];
    /// <summary>[capacity, C], or empty.</summary>
    public float[] Logits { get; } = new float[capacity * layout.Classes];
    /// <summary>[capacity, N, D], or empty.</summary>
    public float[] Tokens { get; } = new float[layout.HasTokens ? capacity * layout.TokensLength : 0];
    /// <summary>[capacity, H, T, T], or empty.</summary>
    public float[] Attention { get; } = new float[layout.HasAttention ? capacity * layout.AttentionLength : 0];
    /// <summary>[capacity, N, D] for each block asked for, in the layout's order.</summary>
    public IReadOnlyList<float[]> Blocks { get; } = [.. layout.Blocks.Select(_ => new float[capacity * layout.TokensLength])];

    /// <summary>Where an image's preprocessed values go.</summary>
    public Memory<float> Image(int slot) => Images.AsMemory(slot * layout.ImageLength, layout.ImageLength);
}
