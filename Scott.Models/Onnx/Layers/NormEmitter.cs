namespace Scott.Models.Onnx;

/// <summary>LayerNorm over the last dimension: […, D] → […, D].</summary>
internal sealed class NormEmitter
{
    private const float Epsilon = 1e-5f;

    private readonly GraphBuilder _builder;
    private readonly string _ones;

    public NormEmitter(GraphBuilder builder, int width)
    {
        _builder = builder;
        _ones = builder.Constant("norm.ones", [.. Enumerable.Repeat(1f, width)], [width]);
    }

    /// <summary>The feature norm, without learned scale or shift. The operator needs a scale, so a graph has one of ones.</summary>
    public string Emit(string input) => Emit(_builder, [input, _ones]);

    /// <summary>The norm of the heads, with learned scale and shift; <paramref name="name"/> is the layer's in the state dict.</summary>
    public static string EmitLearned(GraphBuilder builder, WeightEncoder weights, string input, string name) =>
        Emit(builder, [input, weights.Add(name + ".weight"), weights.Add(name + ".bias")]);

    private static string Emit(GraphBuilder builder, string[] inputs) => builder.Add(
        "LayerNormalization", inputs, GraphBuilder.Attribute("axis", -1), GraphBuilder.Attribute("epsilon", Epsilon));
}
