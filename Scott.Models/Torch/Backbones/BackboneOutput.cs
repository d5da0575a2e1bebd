using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>A backbone's tokens and the further values that <see cref="BackboneDetails"/> asks for. Owns its tensors.</summary>
public sealed class BackboneOutput : IDisposable
{
    internal BackboneOutput(Tensor tokens, Tensor? classToken, Tensor? lastAttention, IReadOnlyDictionary<int, Tensor> blocks) =>
        (Tokens, ClassToken, LastAttention, Blocks) = (tokens, classToken, lastAttention, blocks);

    /// <summary>The last block's patch tokens, not normalized: [B, N, D].</summary>
    public Tensor Tokens { get; }

    /// <summary>The last block's class token, not normalized, or <see langword="null"/> if the architecture has none: [B, D].</summary>
    public Tensor? ClassToken { get; }

    /// <summary>The last block's attention weights, or <see langword="null"/> if not asked for: [B, H, T, T]. T counts the class token, the registers
    /// and the patches, in this order.</summary>
    /// <remarks>In evaluation mode each row sums to 1.</remarks>
    public Tensor? LastAttention { get; }

    /// <summary>The patch tokens after each block of <see cref="BackboneDetails.Blocks"/>, by block: [B, N, D].</summary>
    public IReadOnlyDictionary<int, Tensor> Blocks { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Tokens.Dispose();
        ClassToken?.Dispose();
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
