namespace Scott.Models.Onnx.Layers;

/// <summary>The gated feed-forward layer on rows: <c>silu(x·W1) ⊙ (x·W2)</c>, projected back. [M, D] → [M, D].</summary>
internal static class SwiGluEmitter
{
    public static string Emit(GraphBuilder builder, WeightEncoder weights, string input, string prefix, int hiddenWidth)
    {
        using IDisposable scope = builder.Within("ffn_layer");
        string joined = LinearEmitter.Emit(builder, weights, input, prefix + "w12.weight"); // [M, 2·F]
        string[] halves = builder.AddSplit("Split", [joined, builder.Constant("halves", hiddenWidth, hiddenWidth)], 2, GraphBuilder.Attribute("axis", 1));
        string gate = builder.Add("Mul", [halves[0], builder.Add("Sigmoid", [halves[0]])]);
        return LinearEmitter.Emit(builder, weights, builder.Add("Mul", [gate, halves[1]]), prefix + "last_linear.weight");
    }
}
