namespace Scott.Models.Onnx;

/// <summary>The gated feed-forward layer on rows: <c>silu(x·W1) ⊙ (x·W2)</c>, projected back. [M, D] → [M, D].</summary>
internal static class SwiGluEmitter
{
    public static string Emit(GraphBuilder builder, WeightEncoder weights, string input, string prefix)
    {
        using IDisposable scope = builder.Within("ffn_layer");
        string[] halves = LinearEmitter.EmitParts(builder, weights, input, prefix + "w12.weight", 2); // 2 × [M, F]
        string gate = SiluEmitter.Emit(builder, halves[0]);
        return LinearEmitter.Emit(builder, weights, builder.Add("Mul", [gate, halves[1]]), prefix + "last_linear.weight");
    }
}
