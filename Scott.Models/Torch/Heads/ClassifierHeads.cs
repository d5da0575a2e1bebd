using Scott.Models.Weights;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>Makes classifier heads.</summary>
internal static class ClassifierHeads
{
    /// <summary>A head with weights that fit it, tokens [B, N, D] → logits [B, C], in evaluation mode. The caller disposes it.</summary>
    public static nn.Module<Tensor, Tensor> Create(ClassifierHead kind, int width, int classes, WeightSet weights, Device device)
    {
        WeightCheck.Require("the classifier's head", weights, HeadLayout.Of(kind, width, classes));
        nn.Module<Tensor, Tensor> head = kind switch
        {
            ClassifierHead.Linear => new LinearHead(width, classes),
            ClassifierHead.SimpleAttentive => new SimpleAttentiveHead(width, classes),
            ClassifierHead.MultiHeadAttentive => new MultiHeadAttentiveHead(width, HeadLayout.AttentionHeads, classes),
            ClassifierHead.CrossAttentive => new CrossAttentiveHead(width, HeadLayout.AttentionHeads, classes),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Expected one of ClassifierHead."),
        };
        return ModuleWeights.Place(head, weights, device);
    }

    /// <summary>The same with fresh weights.</summary>
    public static nn.Module<Tensor, Tensor> Create(ClassifierHead kind, int width, int classes, long seed, Device device) =>
        Create(kind, width, classes, BackboneLayout.Initialize(HeadLayout.Of(kind, width, classes), seed), device);
}
