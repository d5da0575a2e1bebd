namespace Scott.Models;

/// <summary>
/// What a standard ViT has that the paper's transformer has not: blocks <c>x + Attn(norm(x))</c>, <c>x + Ffn(norm(x))</c> with learned norms and
/// biases, a class token, a learned position for each patch, and a learned norm at the end. Immutable; equal by value.
/// </summary>
/// <remarks>
/// Dosovitskiy et al., arXiv 2010.11929; registers: Darcet et al., arXiv 2309.16588; LayerScale: Touvron et al., arXiv 2103.17239. The mathematics
/// is that of DINOv2 (facebookresearch/dinov2 at b8931f7) and of timm's <c>VisionTransformer</c>.
/// </remarks>
public sealed record StandardVit
{
    private const int MaximumWidth = 1 << 20;

    /// <summary>The hidden width F of the feed-forward layer, 1 to 1048576. SwiGLU has two projections of this width.</summary>
    public int FeedForwardWidth { get; init; }

    /// <summary>Whether a learned class token stands before all others. Its position is part of it.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool HasClassToken { get; init; } = true;

    /// <summary>Whether the output of each attention and feed-forward layer is multiplied by a learned factor for each of the D numbers.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool HasLayerScale { get; init; }

    /// <summary>Whether the projections to queries, keys and values have biases.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool HasQueryKeyValueBias { get; init; } = true;

    /// <summary>The number that every norm adds to the variance, over 0, up to 0.1.</summary>
    /// <value>Default: 1e-6.</value>
    public double NormEpsilon { get; init; } = 1e-6;

    /// <summary>How the learned positions change with the image size.</summary>
    /// <value>Default: <see cref="PositionResampling.Plain"/>.</value>
    public PositionResampling PositionResampling { get; init; } = PositionResampling.Plain;

    internal void AddFaults(FaultList faults, ScottArchitecture architecture)
    {
        faults.Require(
            architecture.Tokenizer == TokenizerKind.Vit, $"Tokenizer is {architecture.Tokenizer}; expected Vit, the only one of a standard ViT.");
        faults.RequireRange("StandardVit.FeedForwardWidth", FeedForwardWidth, 1, MaximumWidth);
        faults.Require(
            NormEpsilon is > 0 and <= 0.1,
            FormattableString.Invariant($"StandardVit.NormEpsilon is {NormEpsilon}; expected more than 0 and at most 0.1."));
        faults.Require(
            Enum.IsDefined(PositionResampling), $"StandardVit.PositionResampling is {PositionResampling}; expected Plain or Antialiased.");
    }
}

/// <summary>How a position table is resampled to another grid.</summary>
public enum PositionResampling
{
    /// <summary>Bicubic with a = −0.75, without antialiasing: as in SCOTT and most models of Hugging Face transformers, DINOv2 among them.
    /// DINOv2's own code shifts the grid by a tenth of a cell besides.</summary>
    Plain,
    /// <summary>Bicubic with a = −0.5 and antialiasing: as in timm, and in transformers' DINOv2 with registers.</summary>
    Antialiased,
}

/// <summary>How poolings fit architectures.</summary>
internal static class PoolingRules
{
    /// <summary>The length of a vector.</summary>
    public static int VectorWidth(this ScottArchitecture architecture, EmbeddingPooling pooling) =>
        pooling == EmbeddingPooling.ClassTokenAndPatchMean ? 2 * architecture.EmbeddingWidth : architecture.EmbeddingWidth;

    /// <summary>A pooling needs tokens that the architecture has; <see langword="null"/> is the model's own.</summary>
    public static void RequirePooling(this FaultList faults, EmbeddingPooling? pooling, ScottArchitecture architecture)
    {
        faults.Require(
            pooling is null || Enum.IsDefined(pooling.Value), $"Pooling is {pooling}; expected PatchMean, ClassToken or ClassTokenAndPatchMean.");
        faults.Require(
            pooling is null or EmbeddingPooling.PatchMean || architecture.HasClassToken,
            $"Pooling is {pooling}; this architecture has no class token. Use PatchMean.");
    }
}

/// <summary>How an image's tokens become its vector. All are normalized by the model's last norm.</summary>
public enum EmbeddingPooling
{
    /// <summary>The mean of the patch tokens: D numbers.</summary>
    PatchMean,
    /// <summary>The class token: D numbers. Only standard ViTs have one.</summary>
    ClassToken,
    /// <summary>The class token, then the mean of the patch tokens: 2·D numbers.</summary>
    ClassTokenAndPatchMean,
}
