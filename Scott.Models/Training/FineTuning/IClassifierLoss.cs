using static TorchSharp.torch;

namespace Scott.Models.Training;

/// <summary>What a classifier learns from a batch: its images' classes, or their labels.</summary>
internal interface IClassifierLoss
{
    /// <summary>The wanted outputs of a batch, [B, C], each from 0 to 1. In the caller's dispose scope.</summary>
    Tensor Wanted(LabeledBatch batch, Device device);

    /// <summary>Logits [B, C] and wanted outputs [B, C] → a scalar ≥ 0.</summary>
    Tensor Compute(Tensor logits, Tensor wanted);

    /// <summary>The number of images whose highest logit is one that is wanted.</summary>
    int CountRight(Tensor logits, Tensor wanted);
}
