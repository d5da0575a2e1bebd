namespace Scott.Models;

/// <summary>What turns a backbone's patch tokens, normalized, into one number per class.</summary>
/// <remarks>The attentive ones: paper, section 4; reference: <c>src/models/classifiers/</c> at commit 8b6c6f9.</remarks>
public enum ClassifierHead
{
    /// <summary>The mean over patches and a linear layer: D · C + C parameters.</summary>
    Linear,

    /// <summary>One learned importance per patch, the mean weighed by it, a linear layer.</summary>
    SimpleAttentive,

    /// <summary>Four learned importances per patch of projected tokens, and a small network.</summary>
    MultiHeadAttentive,

    /// <summary>A learned query reads the tokens by cross-attention of four heads.</summary>
    CrossAttentive,
}
