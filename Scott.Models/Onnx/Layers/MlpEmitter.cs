namespace Scott.Models.Onnx;

/// <summary>The plain feed-forward layer on rows: linear, exact GELU, linear. [M, D] → [M, D].</summary>
internal static class MlpEmitter
{
    public static string Emit(GraphBuilder builder, WeightEncoder weights, string input, string prefix)
    {
        using IDisposable scope = builder.Within("ffn_layer");
        string hidden = LinearEmitter.Emit(builder, weights, input, prefix + "linear1.weight"); // [M, F]
        string activated = builder.OperatorSet == OnnxOperatorSet.Opset23 ? builder.Add("Gelu", [hidden]) : Gelu(builder, hidden);
        return LinearEmitter.Emit(builder, weights, activated, prefix + "last_linear.weight");
    }

    /// <summary><c>x·½·(1 + erf(x/√2))</c>, in the order of operations that runtimes recognize and fuse.</summary>
    private static string Gelu(GraphBuilder builder, string input)
    {
        string erf = builder.Add("Erf", [builder.Add("Div", [input, builder.Scalar("sqrt2", MathF.Sqrt(2))])]);
        string doubled = builder.Add("Mul", [input, builder.Add("Add", [erf, builder.Scalar("one", 1)])]);
        return builder.Add("Mul", [doubled, builder.Scalar("half", 0.5f)]);
    }
}
