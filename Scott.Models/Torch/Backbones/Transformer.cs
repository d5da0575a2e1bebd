using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>The transformer behind every tokenizer and inside the predictor: mask token, registers, position table, blocks. No final norm.</summary>
/// <remarks>Reference: <c>Transformer</c> in <c>src/models/transformer.py</c> at commit 8b6c6f9.</remarks>
internal sealed class Transformer(ScottArchitecture architecture, int depth) : Layer<Tensor?>(nameof(Transformer))
{
    [ComponentName(Name = "msk_embed")] private readonly Parameter _maskToken = nn.Parameter(empty(1, 1, architecture.EmbeddingWidth));

    [ComponentName(Name = "reg_embed")]
    private readonly Parameter? _registers =
        architecture.RegisterTokens > 0 ? nn.Parameter(empty(1, architecture.RegisterTokens, architecture.EmbeddingWidth)) : null;

    [ComponentName(Name = "pos_embed")] private readonly Tensor _positions = empty(architecture.Tokens, architecture.EmbeddingWidth);

    [ComponentName(Name = "blocks")]
    private readonly ModuleList<TransformerBlock> _blocks = new([.. Enumerable.Range(0, depth).Select(
        block => new TransformerBlock(architecture, depth == 1 ? 0 : architecture.StochasticDepthRate * block / (depth - 1)))]);

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
                intermediate[i] = DropRegisters(stream).MoveToOuterDisposeScope();
        }

        return new BackboneOutput(DropRegisters(stream).MoveToOuterDisposeScope(), attention?.MoveToOuterDisposeScope(), intermediate);
    }

    /// <summary>Tokens [B, N, D] and a keep-mask [B, N] or <see langword="null"/> → tokens [B, N, D].</summary>
    protected override Tensor Compute(Tensor tokens, Tensor? keepMask)
    {
        Tensor stream = Prepare(tokens, keepMask);
        foreach (TransformerBlock block in _blocks)
            stream = UsesActivationCheckpointing ? ActivationCheckpoint.Run(block, stream) : block.call(stream);

        return DropRegisters(stream);
    }

    private Tensor Prepare(Tensor tokens, Tensor? keepMask)
    {
        if (keepMask is not null)
            tokens = where(keepMask.to_type(ScalarType.Bool).unsqueeze(-1), tokens, _maskToken);

        if (_registers is not null)
            tokens = cat([_registers.expand(tokens.shape[0], -1, -1), tokens], 1); // [B, R+N, D]

        return nn.functional.dropout(tokens.Plus(_positions), architecture.DropoutRate, training);
    }

    private Tensor DropRegisters(Tensor stream) => stream.narrow(1, architecture.RegisterTokens, architecture.Patches);
}
