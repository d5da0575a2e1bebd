using static Scott.Models.Onnx.GraphBuilder;

namespace Scott.Models.Onnx;

/// <summary>LayerNorm over the last dimension: […, D] → […, D].</summary>
internal sealed class NormEmitter(GraphBuilder builder, int width)
{
    private const float Epsilon = 1e-5f;

    private readonly string _ones = builder.Constant("norm.ones", [.. Enumerable.Repeat(1f, width)], [width]);

    /// <summary>The feature norm, without learned scale or shift. The operator needs a scale, so a graph has one of ones.</summary>
    public string Emit(string input) => Emit(builder, [input, _ones]);

    /// <summary>A norm with learned scale and shift. <paramref name="name"/> is its name in the state dict.</summary>
    public static string EmitLearned(GraphBuilder builder, WeightEncoder weights, string input, string name, double epsilon = Epsilon) =>
        Emit(builder, [input, weights.Add(name + ".weight"), weights.Add(name + ".bias")], (float)epsilon);

    private static string Emit(GraphBuilder builder, string[] inputs, float epsilon = Epsilon) =>
        builder.Add("LayerNormalization", inputs, Attribute("axis", -1), Attribute("epsilon", epsilon));
}
