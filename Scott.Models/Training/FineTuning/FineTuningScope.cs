namespace Scott.Models.Training;

/// <summary>Which weights a fine-tuning run changes, beside the classifier's head.</summary>
public enum FineTuningScope
{
    /// <summary>None: the head learns on frozen features. Fastest, and hard to overfit.</summary>
    FrozenBackbone,

    /// <summary>Those of the last <see cref="FineTuningOptions.LastBlocks"/> transformer blocks.</summary>
    LastBlocks,

    /// <summary>Small matrices added to the attention's projections (LoRA), merged into the weights at the end.</summary>
    /// <remarks>Hu et al., "LoRA: Low-rank adaptation of large language models", 2021.</remarks>
    LowRankAdapters,

    /// <summary>All, with a learning rate that falls layer by layer towards the images: <see cref="FineTuningOptions.LayerDecay"/>.</summary>
    Full,
}
