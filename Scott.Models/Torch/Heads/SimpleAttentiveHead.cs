using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>Weighs each patch by one learned importance, averages, classifies.</summary>
/// <remarks>Reference: <c>src/models/classifiers/simple_attentive.py</c> at commit 8b6c6f9.</remarks>
internal sealed class SimpleAttentiveHead : nn.Module<Tensor, Tensor>
{
    private const double DropoutRate = 0.2;

    [ComponentName(Name = "patch_importance")]
    private readonly Sequential _patchImportance;

    [ComponentName(Name = "global_2_logits")]
    private readonly LinearProjection _classifier;

    public SimpleAttentiveHead(int width, int classes)
        : base(nameof(SimpleAttentiveHead))
    {
        _patchImportance = nn.Sequential(("0", nn.Dropout(DropoutRate)), ("1", new LinearProjection(width, 1, hasBias: true)));
        _classifier = new LinearProjection(width, classes, hasBias: true);
        RegisterComponents();
    }

    /// <summary>Normalized tokens [B, N, D] → logits [B, classes].</summary>
    public override Tensor forward(Tensor tokens)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor importance = _patchImportance.call(tokens).softmax(1); // [B, N, 1], sums to 1 over the patches
        Tensor dropped = nn.functional.dropout(importance, DropoutRate, training);
        Tensor pooled = dropped.transpose(1, 2).matmul(tokens).squeeze(1); // [B, D]
        return _classifier.call(pooled).MoveToOuterDisposeScope();
    }
}
