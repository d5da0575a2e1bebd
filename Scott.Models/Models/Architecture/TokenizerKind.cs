namespace Scott.Models;

/// <summary>How an image becomes patch tokens.</summary>
public enum TokenizerKind
{
    /// <summary>The sparse convolutional tokenizer (paper, section 3): two 7×7 convolutions, total stride 16.</summary>
    Scott,

    /// <summary>One linear projection per patch, as in ViT: the baseline of the paper.</summary>
    Vit,
}
