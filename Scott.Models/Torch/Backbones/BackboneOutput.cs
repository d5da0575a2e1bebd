using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>A backbone's tokens and what was asked for beside them. Owns its tensors.</summary>
public sealed class BackboneOutput : IDisposable
{
    internal BackboneOutput(Tensor tokens, Tensor? lastAttention, IReadOnlyDictionary<int, Tensor> blocks)
    {
        Tokens = tokens;
        LastAttention = lastAttention;
        Blocks = blocks;
    }

    /// <summary>The last block's tokens, without registers, not normalized: [B, N, D].</summary>
    public Tensor Tokens { get; }

    /// <summary>The last block's attention weights, registers first, in evaluation mode each row summing to 1: [B, H, R+N, R+N]; if asked for.</summary>
    public Tensor? LastAttention { get; }

    /// <summary>The tokens behind each block asked for, without registers: [B, N, D].</summary>
    public IReadOnlyDictionary<int, Tensor> Blocks { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Tokens.Dispose();
        LastAttention?.Dispose();
        foreach (Tensor tokens in Blocks.Values)
        {
            tokens.Dispose();
        }
    }
}
