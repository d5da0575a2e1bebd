using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>The transformer behind every tokenizer and inside the predictor: mask token, registers, position table, blocks. No final norm.</summary>
/// <remarks>Reference: <c>Transformer</c> in <c>src/models/transformer.py</c> at commit 8b6c6f9.</remarks>
internal sealed class Transformer : nn.Module<Tensor, Tensor?, Tensor>
{
    [ComponentName(Name = "msk_embed")]
    private readonly Parameter _maskToken;

    [ComponentName(Name = "reg_embed")]
    private readonly Parameter? _registers;

    [ComponentName(Name = "pos_embed")]
    private readonly Tensor _positions;

    [ComponentName(Name = "blocks")]
    private readonly ModuleList<TransformerBlock> _blocks;

    private readonly int _registerTokens;
    private readonly double _dropoutRate;

    /// <summary>The transformer of a backbone, or with another <paramref name="depth"/> of a predictor.</summary>
    public Transformer(ScottArchitecture architecture, int depth)
        : base(nameof(Transformer))
    {
        int width = architecture.EmbeddingWidth;
        _registerTokens = architecture.RegisterTokens;
        _dropoutRate = architecture.DropoutRate;
        _maskToken = nn.Parameter(empty(1, 1, width));
        _registers = _registerTokens > 0 ? nn.Parameter(empty(1, _registerTokens, width)) : null;
        _positions = empty(architecture.Tokens, width);
        double lastRate = architecture.StochasticDepthRate;
        _blocks = new ModuleList<TransformerBlock>(
            [.. Enumerable.Range(0, depth).Select(block => new TransformerBlock(architecture, depth == 1 ? 0 : lastRate * block / (depth - 1)))]);
        RegisterComponents();
    }

    /// <summary>Whether activations inside blocks are computed again in the backward pass instead of kept.</summary>
    public bool UsesActivationCheckpointing { get; set; }

    /// <summary>Tokens [B, N, D] and a keep-mask [B, N] or <see langword="null"/> → tokens [B, N, D].</summary>
    public override Tensor forward(Tensor tokens, Tensor? keepMask)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor stream = Prepare(tokens, keepMask);
        foreach (TransformerBlock block in _blocks)
            stream = UsesActivationCheckpointing ? ActivationCheckpoint.Run(block, stream) : block.call(stream);

        return DropRegisters(stream).MoveToOuterDisposeScope();
    }

    /// <summary>The same, with further values on the way.</summary>
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

    private Tensor Prepare(Tensor tokens, Tensor? keepMask)
    {
        if (keepMask is not null)
            tokens = where(keepMask.to_type(ScalarType.Bool).unsqueeze(-1), tokens, _maskToken);

        if (_registers is not null)
        {
            tokens = cat([_registers.expand(tokens.shape[0], -1, -1), tokens], 1); // [B, R+N, D]
        }

        return nn.functional.dropout(tokens.Plus(_positions), _dropoutRate, training);
    }

    private Tensor DropRegisters(Tensor stream) => stream.narrow(1, _registerTokens, stream.shape[1] - _registerTokens);
}
