using Scott.Models.Weights;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>Makes classifier heads.</summary>
internal static class ClassifierHeads
{
    /// <summary>The rate of every dropout in a head.</summary>
    public const double DropoutRate = 0.2;

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

/// <summary>The mean over tokens and a linear layer. A model with a class token gives it that token alone.</summary>
internal sealed class LinearHead(int width, int classes) : Layer(nameof(LinearHead))
{
    [ComponentName(Name = "linear")] private readonly LinearProjection _classifier = new(width, classes, hasBias: true);

    /// <summary>Normalized tokens [B, N, D] → logits [B, classes].</summary>
    protected override Tensor Compute(Tensor tokens) => _classifier.call(tokens.mean([1]));
}

/// <summary>Weighs each patch by one learned importance, averages, classifies.</summary>
/// <remarks>Reference: <c>src/models/classifiers/simple_attentive.py</c> at commit 8b6c6f9.</remarks>
internal sealed class SimpleAttentiveHead(int width, int classes) : Layer(nameof(SimpleAttentiveHead))
{
    [ComponentName(Name = "patch_importance")]
    private readonly Sequential _patchImportance =
        nn.Sequential(("0", nn.Dropout(ClassifierHeads.DropoutRate)), ("1", new LinearProjection(width, 1, hasBias: true)));

    [ComponentName(Name = "global_2_logits")] private readonly LinearProjection _classifier = new(width, classes, hasBias: true);

    /// <summary>Normalized tokens [B, N, D] → logits [B, classes].</summary>
    protected override Tensor Compute(Tensor tokens)
    {
        Tensor importance = _patchImportance.call(tokens).softmax(1); // [B, N, 1], sums to 1 over the patches
        Tensor dropped = nn.functional.dropout(importance, ClassifierHeads.DropoutRate, training);
        return _classifier.call(dropped.transpose(1, 2).matmul(tokens).squeeze(1)); // [B, 1, D] → [B, D] → [B, classes]
    }
}

/// <summary>Projects the tokens, weighs each patch by one learned importance per head, averages head by head, classifies with a small MLP.</summary>
/// <remarks>Reference: <c>src/models/classifiers/multihead_attentive.py</c> at commit 8b6c6f9.</remarks>
internal sealed class MultiHeadAttentiveHead(int width, int heads, int classes) : Layer(nameof(MultiHeadAttentiveHead))
{
    [ComponentName(Name = "patch_importance")]
    private readonly Sequential _patchImportance =
        nn.Sequential(("0", nn.Dropout(ClassifierHeads.DropoutRate)), ("1", new LinearProjection(width, heads, hasBias: true)));

    [ComponentName(Name = "head_projectors")]
    private readonly Sequential _projection = nn.Sequential(
        ("0", nn.Dropout(ClassifierHeads.DropoutRate)), ("1", new LinearProjection(width, width, hasBias: true)), ("2", nn.LayerNorm(width)));

    [ComponentName(Name = "global_2_logits")]
    private readonly Sequential _classifier = nn.Sequential(
        ("0", nn.SiLU()), ("1", new LinearProjection(width, width, hasBias: true)), ("2", nn.LayerNorm(width)), ("3", nn.SiLU()),
        ("4", new LinearProjection(width, classes, hasBias: true)));

    /// <summary>Normalized tokens [B, N, D] → logits [B, classes].</summary>
    protected override Tensor Compute(Tensor tokens)
    {
        Tensor projected = _projection.call(tokens)
            .view(tokens.shape[0], tokens.shape[1], heads, -1) // [B, N, H, D/H]
            .transpose(1, 2); // [B, H, N, D/H]
        Tensor importance = _patchImportance.call(tokens).transpose(1, 2).softmax(-1); // [B, H, N]
        Tensor dropped = nn.functional.dropout(importance, ClassifierHeads.DropoutRate, training);
        return _classifier.call(dropped.unsqueeze(2).matmul(projected).flatten(1)); // [B, H, 1, D/H] → [B, D] → [B, classes]
    }
}

/// <summary>One learned query attends to the tokens through a cross-attention block; its result is normalized and classified.</summary>
/// <remarks>Reference: <c>src/models/classifiers/cross_attentive.py</c> at commit 8b6c6f9.</remarks>
internal sealed class CrossAttentiveHead(int width, int heads, int classes) : Layer(nameof(CrossAttentiveHead))
{
    [ComponentName(Name = "attentive_pooler")] private readonly AttentivePooler _pooler = new(width, heads);
    [ComponentName(Name = "norm")] private readonly LayerNorm _norm = nn.LayerNorm(width);
    [ComponentName(Name = "linear")] private readonly LinearProjection _classifier = new(width, classes, hasBias: true);

    /// <summary>Normalized tokens [B, N, D] → logits [B, classes].</summary>
    protected override Tensor Compute(Tensor tokens) => _classifier.call(_norm.call(_pooler.call(tokens).squeeze(1)));
}

/// <summary>A learned query and the cross-attention block that it reads the tokens through.</summary>
/// <remarks>Reference: <c>AttentivePooler</c> in the same file.</remarks>
internal sealed class AttentivePooler(int width, int heads) : Layer(nameof(AttentivePooler))
{
    [ComponentName(Name = "query_tokens")] private readonly Parameter _query = nn.Parameter(empty(1, 1, width));
    [ComponentName(Name = "cross_attn_block")] private readonly CrossAttentionBlock _block = new(width, heads);

    /// <summary>Tokens [B, N, D] → [B, 1, D].</summary>
    protected override Tensor Compute(Tensor tokens) => _block.call(_query.expand(tokens.shape[0], -1, -1), tokens);
}
