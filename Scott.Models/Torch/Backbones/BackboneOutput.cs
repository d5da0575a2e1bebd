using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>A backbone's tokens and the further values that <see cref="BackboneDetails"/> asks for. Owns its tensors.</summary>
public sealed class BackboneOutput : IDisposable
{
    internal BackboneOutput(Tensor tokens, Tensor? lastAttention, IReadOnlyDictionary<int, Tensor> blocks) =>
        (Tokens, LastAttention, Blocks) = (tokens, lastAttention, blocks);

    /// <summary>The last block's tokens, without registers, not normalized: [B, N, D].</summary>
    public Tensor Tokens { get; }

    /// <summary>The last block's attention weights, registers first, or <see langword="null"/> if not asked for: [B, H, R+N, R+N].</summary>
    /// <remarks>In evaluation mode each row sums to 1.</remarks>
    public Tensor? LastAttention { get; }

    /// <summary>The tokens after each block of <see cref="BackboneDetails.Blocks"/>, by block, without registers: [B, N, D].</summary>
    public IReadOnlyDictionary<int, Tensor> Blocks { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Tokens.Dispose();
        LastAttention?.Dispose();
        foreach (Tensor tokens in Blocks.Values)
            tokens.Dispose();
    }
}

/// <summary>What a backbone returns beside its tokens.</summary>
public sealed record BackboneDetails
{
    /// <summary>Whether to return the last block's attention weights.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool LastAttention { get; init; }

    /// <summary>The blocks, from 0, whose output tokens to return.</summary>
    /// <value>Default: none.</value>
    public IReadOnlySet<int> Blocks { get; init; } = new HashSet<int>();
}
