namespace Scott.Models.Onnx;

/// <summary>The outputs a graph can have beside those of chosen blocks.</summary>
[Flags]
internal enum GraphOutputs
{
    None = 0,

    /// <summary><c>tokens</c>, [B, N, D].</summary>
    Tokens = 1,

    /// <summary><c>embedding</c>, [B, D]: the mean of the normalized tokens.</summary>
    Embedding = 2,

    /// <summary><c>attention</c>, [B, H, R+N, R+N]: the last block's attention weights.</summary>
    Attention = 4,

    /// <summary><c>logits</c>, [B, C]; needs a head.</summary>
    Logits = 8,

    /// <summary><c>probabilities</c>, [B, C]: the logits' softmax; needs <see cref="Logits"/>.</summary>
    Probabilities = 16,
}
