using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>The transformer behind every tokenizer and inside the predictor: mask token, position table, registers, blocks. A standard ViT also has a
/// class token and a learned final norm, which the forward pass leaves to <see cref="Normalize"/>.</summary>
/// <remarks>Reference: <c>Transformer</c> in <c>src/models/transformer.py</c> at commit 8b6c6f9; for a standard ViT <c>prepare_tokens_with_masks</c>
/// in
/// <c>dinov2/models/vision_transformer.py</c> of facebookresearch/dinov2 at b8931f7.</remarks>
internal sealed class Transformer(ScottArchitecture architecture, int depth) : Layer<Tensor?>(nameof(Transformer))
{
    [ComponentName(Name = "msk_embed")] private readonly Parameter _maskToken = nn.Parameter(empty(1, 1, architecture.EmbeddingWidth));

    [ComponentName(Name = "reg_embed")]
    private readonly Parameter? _registers =
        architecture.RegisterTokens > 0 ? nn.Parameter(empty(1, architecture.RegisterTokens, architecture.EmbeddingWidth)) : null;

    [ComponentName(Name = "cls_embed")]
    private readonly Parameter? _classToken = architecture.HasClassToken ? nn.Parameter(empty(1, 1, architecture.EmbeddingWidth)) : null;

    [ComponentName(Name = "pos_embed")] private readonly Tensor _positions = Positions(architecture);

    [ComponentName(Name = "blocks")]
    private readonly ModuleList<EncoderBlock> _blocks = new([.. Enumerable.Range(0, depth).Select(
        block => EncoderBlock.Create(architecture, depth == 1 ? 0 : architecture.StochasticDepthRate * block / (depth - 1)))]);

    [ComponentName(Name = "norm")]
    private readonly LayerNorm? _finalNorm =
        architecture.StandardVit is { } standard ? nn.LayerNorm(architecture.EmbeddingWidth, standard.NormEpsilon) : null;

    /// <summary>Whether activations inside blocks are computed again in the backward pass instead of kept.</summary>
    public bool UsesActivationCheckpointing { get; set; }

    /// <summary>The forward pass, which also returns intermediate values.</summary>
    public BackboneOutput ForwardWithDetails(Tensor tokens, Tensor? keepMask, BackboneDetails details)
    {
        using DisposeScope scope = NewDisposeScope();
        var intermediate = new Dictionary<int, Tensor>();
        Tensor? attention = null;
        Tensor stream = Prepare(tokens, keepMask);
        for (int i = 0; i < _blocks.Count; i++)
        {
            if (details.LastAttention && i == _blocks.Count - 1)
                (stream, attention) = _blocks[i].ForwardWithAttention(stream);
            else
                stream = _blocks[i].call(stream);

            if (details.Blocks.Contains(i))
                intermediate[i] = PatchesOf(stream).MoveToOuterDisposeScope();
        }

        return new BackboneOutput(
            PatchesOf(stream).MoveToOuterDisposeScope(), ClassTokenOf(stream)?.MoveToOuterDisposeScope(), attention?.MoveToOuterDisposeScope(),
            intermediate);
    }

    /// <summary>Tokens [B, N, D] and a keep-mask [B, N] or <see langword="null"/> → all tokens [B, T, D]: class token, registers, patches.</summary>
    public Tensor ForwardAll(Tensor tokens, Tensor? keepMask)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor stream = Prepare(tokens, keepMask);
        foreach (EncoderBlock block in _blocks)
            stream = UsesActivationCheckpointing ? ActivationCheckpoint.Run(block, stream) : block.call(stream);

        return stream.MoveToOuterDisposeScope();
    }

    /// <summary>The norm of features, […, D] → […, D]: the learned final norm of a standard ViT, otherwise the one without weights.</summary>
    public Tensor Normalize(Tensor tokens) => _finalNorm is null ? FeatureNorm.Apply(tokens) : _finalNorm.call(tokens);

    /// <summary>Only the learned final norm, if there is one.</summary>
    public Tensor ApplyFinalNorm(Tensor tokens) => _finalNorm is null ? tokens.alias() : _finalNorm.call(tokens);

    /// <summary>[B, T, D] → the patch tokens, [B, N, D].</summary>
    public Tensor PatchesOf(Tensor stream) => stream.narrow(1, architecture.PrefixTokens, architecture.Patches);

    /// <summary>[B, T, D] → the class token, [B, D], if there is one.</summary>
    public Tensor? ClassTokenOf(Tensor stream) => architecture.HasClassToken ? stream.select(1, 0) : null;

    /// <summary>Tokens [B, N, D] and a keep-mask [B, N] or <see langword="null"/> → tokens [B, N, D].</summary>
    protected override Tensor Compute(Tensor tokens, Tensor? keepMask) => PatchesOf(ForwardAll(tokens, keepMask));

    /// <summary>Fixed positions for registers and patches; those of a standard ViT are learned, and for patches alone.</summary>
    private static Tensor Positions(ScottArchitecture architecture)
    {
        Tensor table = empty(architecture.PositionRegisters + architecture.Patches, architecture.EmbeddingWidth);
        return architecture.StandardVit is null ? table : nn.Parameter(table);
    }

    /// <summary>[B, N, D] → [B, T, D].</summary>
    private Tensor Prepare(Tensor tokens, Tensor? keepMask)
    {
        if (keepMask is not null)
            tokens = where(keepMask.to_type(ScalarType.Bool).unsqueeze(-1), tokens, _maskToken);

        Tensor ForEachImage(Tensor learned) => learned.expand(tokens.shape[0], -1, -1);
        if (architecture.StandardVit is not null)
        {
            Tensor[] prefix = [.. new[] { _classToken, _registers }.OfType<Tensor>().Select(ForEachImage)];
            tokens = cat([.. prefix, tokens.Plus(_positions)], 1);
        }
        else
        {
            tokens = (_registers is null ? tokens : cat([ForEachImage(_registers), tokens], 1)).Plus(_positions);
        }

        return nn.functional.dropout(tokens, architecture.DropoutRate, training);
    }
}
