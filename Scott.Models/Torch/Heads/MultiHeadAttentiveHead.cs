using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>Projects the tokens, weighs each patch by one learned importance per head, averages head by head, classifies with a small MLP.</summary>
/// <remarks>Reference: <c>src/models/classifiers/multihead_attentive.py</c> at commit 8b6c6f9.</remarks>
internal sealed class MultiHeadAttentiveHead : nn.Module<Tensor, Tensor>
{
    private const double DropoutRate = 0.2;

    [ComponentName(Name = "patch_importance")]
    private readonly Sequential _patchImportance;

    [ComponentName(Name = "head_projectors")]
    private readonly Sequential _projection;

    [ComponentName(Name = "global_2_logits")]
    private readonly Sequential _classifier;

    private readonly int _heads;

    public MultiHeadAttentiveHead(int width, int heads, int classes)
        : base(nameof(MultiHeadAttentiveHead))
    {
        _heads = heads;
        _patchImportance = nn.Sequential(("0", nn.Dropout(DropoutRate)), ("1", new LinearProjection(width, heads, hasBias: true)));
        _projection = nn.Sequential(
            ("0", nn.Dropout(DropoutRate)),
            ("1", new LinearProjection(width, width, hasBias: true)),
            ("2", nn.LayerNorm(width)));
        _classifier = nn.Sequential(
            ("0", nn.SiLU()),
            ("1", new LinearProjection(width, width, hasBias: true)),
            ("2", nn.LayerNorm(width)),
            ("3", nn.SiLU()),
            ("4", new LinearProjection(width, classes, hasBias: true)));
        RegisterComponents();
    }

    /// <summary>Normalized tokens [B, N, D] → logits [B, classes].</summary>
    public override Tensor forward(Tensor tokens)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor projected = _projection.call(tokens)
            .view(tokens.shape[0], tokens.shape[1], _heads, -1) // [B, N, H, D/H]
            .transpose(1, 2); // [B, H, N, D/H]
        Tensor importance = _patchImportance.call(tokens).transpose(1, 2).softmax(-1); // [B, H, N]
        Tensor dropped = nn.functional.dropout(importance, DropoutRate, training);
        Tensor pooled = dropped.unsqueeze(2).matmul(projected).flatten(1); // [B, H, 1, D/H] → [B, D]
        return _classifier.call(pooled).MoveToOuterDisposeScope();
    }
}
