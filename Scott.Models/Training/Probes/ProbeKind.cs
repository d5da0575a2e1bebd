namespace Scott.Models.Training;

/// <summary>The classifiers that frozen features are measured by.</summary>
public enum ProbeKind
{
    /// <summary>The most similar training images vote. On pooled features; nothing is trained.</summary>
    NearestNeighbors,

    /// <summary>Ridge regression to the classes. On pooled features.</summary>
    Linear,

    /// <summary>One learned importance per patch, a mean, a linear layer. On patch tokens.</summary>
    SimpleAttentive,

    /// <summary>Four learned importances per patch of projected tokens, and a small network. On patch tokens.</summary>
    MultiHeadAttentive,

    /// <summary>A learned query reads the patch tokens by cross-attention of four heads. On patch tokens.</summary>
    CrossAttentive,
}
