namespace Scott.Models;

/// <summary>The feed-forward layer of a transformer block.</summary>
public enum FeedForwardKind
{
    /// <summary>Gated: <c>silu(x·W1) ⊙ (x·W2)</c>, projected back. Its hidden width follows from the embedding width.</summary>
    SwiGlu,

    /// <summary>Linear, exact GELU, linear. Its hidden width is the embedding width times <see cref="ScottArchitecture.MlpRatio"/>.</summary>
    Mlp,
}
