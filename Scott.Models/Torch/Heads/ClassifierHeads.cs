using Scott.Models.Weights;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>Makes classifier heads.</summary>
internal static class ClassifierHeads
{
    /// <summary>A head with weights that fit it, tokens [B, N, D] → logits [B, C], in evaluation mode. The caller disposes it.</summary>
    public static nn.Module<Tensor, Tensor> Create(ClassifierHead kind, int width, int classes, WeightSet weights, Device device)
    {
        WeightSpec.RequireFit("the classifier's head", weights, HeadLayout.Of(kind, width, classes));
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

    /// <summary>The same, with new weights.</summary>
    public static nn.Module<Tensor, Tensor> Create(ClassifierHead kind, int width, int classes, long seed, Device device) =>
        Create(kind, width, classes, WeightSpec.Initialize(HeadLayout.Of(kind, width, classes), seed), device);
}

/// <summary>The mean over patches and a linear layer.</summary>
internal sealed class LinearHead : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "linear")]
    private readonly LinearProjection _classifier;

    public LinearHead(int width, int classes)
        : base(nameof(LinearHead))
    {
        _classifier = new LinearProjection(width, classes, hasBias: true);
        RegisterComponents();
    }

    /// <summary>Normalized tokens [B, N, D] → logits [B, classes].</summary>
    public override Tensor forward(Tensor tokens)
    {
        using DisposeScope scope = NewDisposeScope();
        return _classifier.call(tokens.mean([1])).MoveToOuterDisposeScope();
    }
}
