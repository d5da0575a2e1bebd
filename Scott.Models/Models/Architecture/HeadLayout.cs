namespace Scott.Models;

/// <summary>The tensors of the classifier heads: reference state-dict names, shapes and initial distributions.</summary>
/// <remarks>Reference: <c>src/models/classifiers/</c> at commit 8b6c6f9.</remarks>
internal static class HeadLayout
{
    /// <summary>H of the multi-head and the cross-attentive head, as in the paper.</summary>
    public const int AttentionHeads = 4;

    private const double LinearDeviation = 0.02;

    /// <summary>The tensors of a head for embedding width D and C classes.</summary>
    public static IReadOnlyList<WeightSpec> Of(ClassifierHead kind, int width, int classes) => kind switch
    {
        ClassifierHead.Linear => Linear(width, classes),
        ClassifierHead.SimpleAttentive => Simple(width, classes),
        ClassifierHead.MultiHeadAttentive => MultiHead(width, AttentionHeads, classes),
        ClassifierHead.CrossAttentive => Cross(width, classes),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Expected one of ClassifierHead."),
    };

    public static IReadOnlyList<WeightSpec> Linear(int width, int classes) =>
    [
        new WeightSpec("linear.weight", [classes, width], WeightFills.TruncatedNormal(LinearDeviation)),
        new WeightSpec("linear.bias", [classes], WeightFills.Constant(0)),
    ];

    public static IReadOnlyList<WeightSpec> Simple(int width, int classes) =>
    [
        .. DefaultLinear("patch_importance.1", width, 1),
        .. DefaultLinear("global_2_logits", width, classes),
    ];

    public static IReadOnlyList<WeightSpec> MultiHead(int width, int heads, int classes) =>
    [
        .. DefaultLinear("patch_importance.1", width, heads),
        .. DefaultLinear("head_projectors.1", width, width),
        .. Norm("head_projectors.2", width),
        .. DefaultLinear("global_2_logits.1", width, width),
        .. Norm("global_2_logits.2", width),
        .. DefaultLinear("global_2_logits.4", width, classes),
    ];

    public static IReadOnlyList<WeightSpec> Cross(int width, int classes)
    {
        const string Block = "attentive_pooler.cross_attn_block.";
        int hidden = ScottArchitecture.SwiGluWidth(width);
        WeightFill linear = WeightFills.TruncatedNormal(LinearDeviation);
        return
        [
            new WeightSpec("attentive_pooler.query_tokens", [1, 1, width], linear),
            .. Norm(Block + "pre_norm", width),
            new WeightSpec(Block + "cross_attn.q.weight", [width, width], linear),
            new WeightSpec(Block + "cross_attn.kv.weight", [2 * width, width], linear),
            new WeightSpec(Block + "cross_attn.proj.weight", [width, width], linear),
            .. Norm(Block + "norm", width),
            new WeightSpec(Block + "ffn_layer.w12.weight", [2 * hidden, width], linear),
            new WeightSpec(Block + "ffn_layer.last_linear.weight", [width, hidden], linear),
            .. Norm("norm", width),
            new WeightSpec("linear.weight", [classes, width], linear),
            new WeightSpec("linear.bias", [classes], WeightFills.Constant(0)),
        ];
    }

    private static IEnumerable<WeightSpec> DefaultLinear(string name, int inputs, int outputs) =>
    [
        new WeightSpec(name + ".weight", [outputs, inputs], WeightFills.Uniform(inputs)),
        new WeightSpec(name + ".bias", [outputs], WeightFills.Uniform(inputs)),
    ];

    private static IEnumerable<WeightSpec> Norm(string name, int width) =>
    [
        new WeightSpec(name + ".weight", [width], WeightFills.Constant(1)),
        new WeightSpec(name + ".bias", [width], WeightFills.Constant(0)),
    ];
}
