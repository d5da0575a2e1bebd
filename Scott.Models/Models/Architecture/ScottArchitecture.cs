using System.Text.Json.Serialization;

namespace Scott.Models;

/// <summary>The architecture of a backbone: all settings that decide its weights and what it computes. Immutable; equal by value.</summary>
/// <remarks>
/// Paper: arXiv 2502.18056, section 3; reference: <c>src/models/scott.py</c>, <c>vit.py</c> and <c>transformer.py</c> at commit 8b6c6f9.
/// <see cref="ScottArchitectures"/> has the named sizes. The defaults are those of SCOTT-12/16. A second family, standard ViTs, has
/// <see cref="StandardVit"/> set.
/// </remarks>
[JsonConverter(typeof(ScottArchitectureJson))]
public sealed record ScottArchitecture
{
    /// <summary>The patch side of the SCOTT tokenizer, in pixels: two convolutions and two poolings each halve the side of the image.</summary>
    public const int ScottPatchPixels = 16;

    internal const int MaximumImagePixels = 8192;
    internal const int MaximumImageChannels = 16;
    internal const int RgbChannels = 3;
    internal const int MaximumDepth = 256;
    private const int MaximumEmbeddingWidth = 16384;
    private const int MaximumRegisterTokens = 1024;
    private const double MaximumMlpRatio = 64;
    private const int MaximumTensorElements = 1 << 28;

    /// <summary>How the image becomes patch tokens.</summary>
    /// <value>Default: <see cref="TokenizerKind.Scott"/>.</value>
    public TokenizerKind Tokenizer { get; init; } = TokenizerKind.Scott;

    /// <summary>The image's height in pixels, and its width if <see cref="ImageWidthPixels"/> is not set: a multiple of <see cref="PatchPixels"/>, up
    /// to 8192.</summary>
    /// <value>Default: 224.</value>
    public int ImagePixels { get; init; } = 224;

    /// <summary>The image's width in pixels, if it is not square: a multiple of <see cref="PatchPixels"/>, up to 8192.</summary>
    /// <value>Default: <see langword="null"/>, as wide as high.</value>
    public int? ImageWidthPixels { get; init; }

    /// <summary>The channels of the image, if they are not red, green and blue: 1, 2 or 4 to 16.</summary>
    /// <value>Default: <see langword="null"/>, three.</value>
    public int? ImageChannels { get; init; }

    /// <summary>The side of a patch, in pixels, 1 to 8192; always 16 for the SCOTT tokenizer.</summary>
    /// <value>Default: 16.</value>
    public int PatchPixels { get; init; } = ScottPatchPixels;

    /// <summary>The width D of a token, 4 to 16384: a multiple of <see cref="Heads"/>, and, except in a standard ViT, of 4, and with SwiGLU more than
    /// 24.</summary>
    /// <value>Default: 384.</value>
    public int EmbeddingWidth { get; init; } = 384;

    /// <summary>The number of transformer blocks, 1 to 256.</summary>
    /// <value>Default: 12.</value>
    public int Depth { get; init; } = 12;

    /// <summary>The number of attention heads, at least 1. It divides <see cref="EmbeddingWidth"/>.</summary>
    /// <value>Default: 4.</value>
    public int Heads { get; init; } = 4;

    /// <summary>The feed-forward layer.</summary>
    /// <value>Default: <see cref="FeedForwardKind.SwiGlu"/>.</value>
    public FeedForwardKind FeedForward { get; init; } = FeedForwardKind.SwiGlu;

    /// <summary>The hidden width of <see cref="FeedForwardKind.Mlp"/> divided by the embedding width, over 0, up to 64. Not used by SwiGLU.</summary>
    /// <value>Default: 4.</value>
    public double MlpRatio { get; init; } = 4;

    /// <summary>What makes this a standard ViT, as timm, DINOv2 and Hugging Face publish them, instead of the paper's transformer.</summary>
    /// <value>Default: <see langword="null"/>, the paper's transformer.</value>
    public StandardVit? StandardVit { get; init; }

    /// <summary>The number of learned register tokens in front of the patch tokens, 0 to 1024.</summary>
    /// <value>Default: 0.</value>
    public int RegisterTokens { get; init; }

    /// <summary>The dropout probability on tokens and projections while training, in [0, 1).</summary>
    /// <value>Default: 0.2.</value>
    public double DropoutRate { get; init; } = 0.2;

    /// <summary>The dropout probability on attention weights while training, in [0, 1).</summary>
    /// <value>Default: 0.1.</value>
    public double AttentionDropoutRate { get; init; } = 0.1;

    /// <summary>
    /// The probability that a sample skips the last block's branches while training, in [0, 1). It rises linearly from 0 at the first block.
    /// </summary>
    /// <value>Default: 0.1.</value>
    public double StochasticDepthRate { get; init; } = 0.1;

    /// <summary>The image's height S, in pixels.</summary>
    public int ImageHeight => ImagePixels;

    /// <summary>The image's width, in pixels; equal to the height if the image is square.</summary>
    public int ImageWidth => ImageWidthPixels ?? ImagePixels;

    /// <summary>The number C of channels of the image.</summary>
    public int Channels => ImageChannels ?? RgbChannels;

    /// <summary>The rows of the patch grid.</summary>
    public int GridRows => ImageHeight / PatchPixels;

    /// <summary>The columns of the patch grid.</summary>
    public int GridColumns => ImageWidth / PatchPixels;

    /// <summary>The number N of patches, rows times columns.</summary>
    public int Patches => GridRows * GridColumns;

    /// <summary>Whether the transformer has a class token, which stands before the registers and the patches.</summary>
    public bool HasClassToken => StandardVit is { HasClassToken: true };

    /// <summary>How this model's tokens become one vector per image, unless you choose otherwise: the class token if there is one.</summary>
    public EmbeddingPooling DefaultPooling => HasClassToken ? EmbeddingPooling.ClassToken : EmbeddingPooling.PatchMean;

    /// <summary>The hidden width F of the feed-forward layer.</summary>
    /// <remarks>SwiGLU: 128·round(8D/3/128), half to even. MLP: ⌊D·ratio⌋. A standard ViT says it.</remarks>
    public int FeedForwardWidth => StandardVit?.FeedForwardWidth
        ?? (FeedForward == FeedForwardKind.SwiGlu ? SwiGluWidth(EmbeddingWidth) : (int)Math.Floor(EmbeddingWidth * MlpRatio));

    /// <summary>The tokens in front of the patches: class token and registers.</summary>
    internal int PrefixTokens => (HasClassToken ? 1 : 0) + RegisterTokens;

    /// <summary>The transformer's tokens: class token, registers and patches.</summary>
    internal int Tokens => PrefixTokens + Patches;

    /// <summary>The patch grid.</summary>
    internal PatchGrid Grid => new(GridRows, GridColumns);

    /// <summary>The rows of the position table that belong to registers: a standard ViT has positions for patches alone.</summary>
    internal int PositionRegisters => StandardVit is null ? RegisterTokens : 0;

    /// <summary>The numbers of one image.</summary>
    internal int ImageLength => Channels * ImageHeight * ImageWidth;

    /// <summary>The image's size for messages, for example <c>112</c> or <c>64×80</c>.</summary>
    internal string ImageText => ImageWidthPixels is null ? $"{ImagePixels}" : $"{ImageHeight}×{ImageWidth}";

    /// <summary>Checks every setting.</summary>
    /// <exception cref="ScottConfigurationException">At least one setting is not legal; the error lists all that are not.</exception>
    public void Validate()
    {
        var faults = new FaultList(nameof(ScottArchitecture));
        CheckImage(faults);
        CheckTransformer(faults);
        CheckFeedForward(faults);
        CheckTensorSizes(faults);
        faults.RequireShareBelowOne(nameof(DropoutRate), DropoutRate);
        faults.RequireShareBelowOne(nameof(AttentionDropoutRate), AttentionDropoutRate);
        faults.RequireShareBelowOne(nameof(StochasticDepthRate), StochasticDepthRate);
        faults.ThrowIfAny();
    }

    /// <summary>This architecture as JSON, camel case, enumerations by name.</summary>
    public string ToJson() => ScottArchitectureJson.Write(this);

    /// <summary>Reads and validates what <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">A JSON object. An unknown member is an error, because this version cannot apply it.</param>
    /// <exception cref="ScottConfigurationException">The text is not such JSON, or a setting is not legal.</exception>
    public static ScottArchitecture FromJson(string json) => ConfigurationJson.Read(
        json, nameof(ScottArchitecture), ScottArchitectureJson.Read, architecture => architecture.Validate());

    internal static int SwiGluWidth(int embeddingWidth) => 128 * (int)Math.Round(8.0 / 3.0 * embeddingWidth / 128.0, MidpointRounding.ToEven);

    /// <summary>A weight is one array of at most 1 GiB in single precision, so its size in bytes fits an <see cref="int"/>.</summary>
    private void CheckTensorSizes(FaultList faults)
    {
        if (PatchPixels < 1)
            return;

        double width = EmbeddingWidth;
        double patches = (double)GridRows * GridColumns;
        double largest = Math.Max((patches + RegisterTokens) * width, width * Math.Max(3 * width, (double)Channels * PatchPixels * PatchPixels));
        largest = Math.Max(largest, (FeedForward == FeedForwardKind.SwiGlu ? 2.0 : 1.0) * FeedForwardWidth * width);
        faults.Require(largest <= MaximumTensorElements, FormattableString.Invariant(
            $"One weight would have {largest:0} elements; at most {MaximumTensorElements} are possible. Make image or width smaller."));
    }

    private void CheckImage(FaultList faults)
    {
        faults.Require(Enum.IsDefined(Tokenizer), $"Tokenizer is {Tokenizer}; expected Scott or Vit.");
        faults.RequireRange(nameof(PatchPixels), PatchPixels, 1, MaximumImagePixels);
        faults.Require(
            Tokenizer != TokenizerKind.Scott || PatchPixels == ScottPatchPixels,
            $"PatchPixels is {PatchPixels}; the SCOTT tokenizer's is {ScottPatchPixels}.");
        faults.RequireRange(nameof(Channels), Channels, 1, MaximumImageChannels);
        faults.Require(ImageChannels != RgbChannels, $"ImageChannels is {RgbChannels}; leave it out for red, green and blue.");
        faults.RequireRange(nameof(ImagePixels), ImagePixels, 1, MaximumImagePixels);
        faults.Require(
            PatchPixels < 1 || ImagePixels % PatchPixels == 0,
            $"ImagePixels is {ImagePixels}; expected a multiple of PatchPixels, {PatchPixels}.");
        if (ImageWidthPixels is not { } imageWidth)
            return;

        faults.RequireRange(nameof(ImageWidthPixels), imageWidth, 1, MaximumImagePixels);
        faults.Require(
            PatchPixels < 1 || imageWidth % PatchPixels == 0,
            $"ImageWidthPixels is {imageWidth}; expected a multiple of PatchPixels, {PatchPixels}.");
        faults.Require(
            imageWidth != ImagePixels, $"ImageWidthPixels is {imageWidth}, as ImagePixels; leave it out for a square image.");
    }

    private void CheckTransformer(FaultList faults)
    {
        faults.RequireRange(nameof(EmbeddingWidth), EmbeddingWidth, 4, MaximumEmbeddingWidth);
        faults.Require(
            EmbeddingWidth % 4 == 0 || StandardVit is not null,
            $"EmbeddingWidth is {EmbeddingWidth}; expected a multiple of 4 for the position table.");
        faults.RequireRange(nameof(Depth), Depth, 1, MaximumDepth);
        faults.RequireRange(nameof(Heads), Heads, 1, MaximumEmbeddingWidth);
        faults.Require(Heads < 1 || EmbeddingWidth % Heads == 0, $"EmbeddingWidth is {EmbeddingWidth}; expected a multiple of Heads, {Heads}.");
        faults.RequireRange(nameof(RegisterTokens), RegisterTokens, 0, MaximumRegisterTokens);
        StandardVit?.AddFaults(faults, this);
    }

    private void CheckFeedForward(FaultList faults)
    {
        faults.Require(Enum.IsDefined(FeedForward), $"FeedForward is {FeedForward}; expected SwiGlu or Mlp.");
        faults.Require(double.IsFinite(MlpRatio) || FeedForward == FeedForwardKind.Mlp, "MlpRatio is not a finite number.");
        if (StandardVit is not null)
            return;

        if (FeedForward == FeedForwardKind.Mlp)
        {
            faults.Require(MlpRatio is > 0 and <= MaximumMlpRatio && FeedForwardWidth >= 1, FormattableString.Invariant(
                $"MlpRatio is {MlpRatio}; expected a hidden width of at least 1 and a ratio of at most {MaximumMlpRatio}."));
        }
        else
        {
            faults.Require(
                SwiGluWidth(EmbeddingWidth) >= 128,
                $"EmbeddingWidth is {EmbeddingWidth}; SwiGLU needs more than 24, or its hidden width rounds to 0.");
        }
    }
}

/// <summary>How an image becomes patch tokens.</summary>
public enum TokenizerKind
{
    /// <summary>The sparse convolutional tokenizer (paper, section 3): two 7×7 convolutions, total stride 16.</summary>
    Scott,
    /// <summary>One linear projection per patch, as in ViT: the paper's baseline.</summary>
    Vit,
}

/// <summary>The feed-forward layer of a transformer block.</summary>
public enum FeedForwardKind
{
    /// <summary>Gated: <c>silu(x·W1) ⊙ (x·W2)</c>, projected back. Its hidden width follows from the embedding width.</summary>
    SwiGlu,
    /// <summary>Linear, exact GELU, linear. Its hidden width is the embedding width times <see cref="ScottArchitecture.MlpRatio"/>.</summary>
    Mlp,
}
