namespace Scott.Models;

/// <summary>The tensors of the classifier heads: reference state-dict names, shapes and initial distributions.</summary>
/// <remarks>Reference: <c>src/models/classifiers/</c> at commit 8b6c6f9.</remarks>
internal static class HeadLayout
{
    /// <summary>The number of attention heads of the multi-head and the cross-attentive classifier head, as in the paper.</summary>
    public const int AttentionHeads = 4;

    private static readonly WeightFill Narrow = WeightFills.TruncatedNormal(0.02);

    /// <summary>The tensors of a head for embedding width D and C classes.</summary>
    /// <exception cref="ScottConfigurationException">The head does not take this width.</exception>
    public static IReadOnlyList<WeightSpec> Of(ClassifierHead kind, int width, int classes)
    {
        var faults = new FaultList("The classifier's head");
        faults.Require(
            width % AttentionHeads == 0 || kind is ClassifierHead.Linear or ClassifierHead.SimpleAttentive,
            $"Head is {kind}, for an embedding width that is a multiple of {AttentionHeads}; the model's is {width}. "
                + "For a new head choose Linear or SimpleAttentive.");
        faults.ThrowIfAny();
        return Specify(kind, width, classes);
    }

    private static IReadOnlyList<WeightSpec> Specify(ClassifierHead kind, int width, int classes) => kind switch
    {
        ClassifierHead.Linear => Linear(width, classes),
        ClassifierHead.SimpleAttentive => Simple(width, classes),
        ClassifierHead.MultiHeadAttentive => MultiHead(width, AttentionHeads, classes),
        ClassifierHead.CrossAttentive => Cross(width, classes),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Expected one of ClassifierHead."),
    };

    public static IReadOnlyList<WeightSpec> Simple(int width, int classes) =>
        [.. WeightSpec.Linear("patch_importance.1", width, 1), .. WeightSpec.Linear("global_2_logits", width, classes)];

    public static IReadOnlyList<WeightSpec> MultiHead(int width, int heads, int classes) =>
    [
        .. WeightSpec.Linear("patch_importance.1", width, heads),
        .. WeightSpec.Linear("head_projectors.1", width, width),
        .. WeightSpec.Norm("head_projectors.2", width),
        .. WeightSpec.Linear("global_2_logits.1", width, width),
        .. WeightSpec.Norm("global_2_logits.2", width),
        .. WeightSpec.Linear("global_2_logits.4", width, classes),
    ];

    public static IReadOnlyList<WeightSpec> Cross(int width, int classes)
    {
        const string Block = "attentive_pooler.cross_attn_block.";
        int hidden = ScottArchitecture.SwiGluWidth(width);
        return
        [
            new("attentive_pooler.query_tokens", [1, 1, width], Narrow),
            .. WeightSpec.Norm(Block + "pre_norm", width),
            new(Block + "cross_attn.q.weight", [width, width], Narrow),
            new(Block + "cross_attn.kv.weight", [2 * width, width], Narrow),
            new(Block + "cross_attn.proj.weight", [width, width], Narrow),
            .. WeightSpec.Norm(Block + "norm", width),
            new(Block + "ffn_layer.w12.weight", [2 * hidden, width], Narrow),
            new(Block + "ffn_layer.last_linear.weight", [width, hidden], Narrow),
            .. WeightSpec.Norm("norm", width),
            .. Linear(width, classes),
        ];
    }

    private static IReadOnlyList<WeightSpec> Linear(int width, int classes) =>
        [new("linear.weight", [classes, width], Narrow), new("linear.bias", [classes], WeightFills.Constant(0))];
}
