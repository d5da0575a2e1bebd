namespace Scott.Models.Onnx;

/// <summary>The feed-forward layers on rows: [M, D] → [M, D]. <c>prefix</c> is the layer's name in the state dict, with a dot.</summary>
internal static class FeedForwardEmitter
{
    public static string Emit(GraphBuilder builder, WeightEncoder weights, string input, string prefix, FeedForwardKind kind) =>
        kind == FeedForwardKind.SwiGlu ? EmitSwiGlu(builder, weights, input, prefix) : EmitMlp(builder, weights, input, prefix);

    /// <summary><c>silu(x·W1) ⊙ (x·W2)</c>, projected back.</summary>
    public static string EmitSwiGlu(GraphBuilder builder, WeightEncoder weights, string input, string prefix)
    {
        using IDisposable scope = builder.Within("ffn_layer");
        string[] halves = LinearEmitter.EmitParts(builder, weights, input, prefix + "w12", 2); // 2 × [M, F]
        string gated = builder.Add("Mul", [EmitSilu(builder, halves[0]), halves[1]]);
        return LinearEmitter.Emit(builder, weights, gated, prefix + "last_linear");
    }

    /// <summary><c>x·sigmoid(x)</c>.</summary>
    public static string EmitSilu(GraphBuilder builder, string input) => builder.Add("Mul", [input, builder.Add("Sigmoid", [input])]);

    /// <summary>Linear, exact GELU, linear.</summary>
    private static string EmitMlp(GraphBuilder builder, WeightEncoder weights, string input, string prefix)
    {
        using IDisposable scope = builder.Within("ffn_layer");
        string hidden = LinearEmitter.Emit(builder, weights, input, prefix + "linear1"); // [M, F]
        string activated = builder.OperatorSet == OnnxOperatorSet.Opset23 ? builder.Add("Gelu", [hidden]) : EmitGelu(builder, hidden);
        return LinearEmitter.Emit(builder, weights, activated, prefix + "last_linear");
    }

    /// <summary><c>x·½·(1 + erf(x/√2))</c>, in the order of operations that runtimes recognize and fuse.</summary>
    private static string EmitGelu(GraphBuilder builder, string input)
    {
        string erf = builder.Add("Erf", [builder.Add("Div", [input, builder.Scalar("sqrt2", MathF.Sqrt(2))])]);
        string doubled = builder.Add("Mul", [input, builder.Add("Add", [erf, builder.Scalar("one", 1)])]);
        return builder.Add("Mul", [doubled, builder.Scalar("half", 0.5f)]);
    }
}
