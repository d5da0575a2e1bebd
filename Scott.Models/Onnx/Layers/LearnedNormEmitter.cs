namespace Scott.Models.Onnx;

/// <summary>LayerNorm over the last dimension with learned scale and shift, as the heads have it. […, D] → […, D].</summary>
internal static class LearnedNormEmitter
{
    private const float Epsilon = 1e-5f;

    /// <param name="builder">The graph.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="input">[…, D].</param>
    /// <param name="name">The layer's name in the state dict.</param>
    public static string Emit(GraphBuilder builder, WeightEncoder weights, string input, string name) => builder.Add(
        "LayerNormalization",
        [input, weights.Add(name + ".weight"), weights.Add(name + ".bias")],
        GraphBuilder.Attribute("axis", -1),
        GraphBuilder.Attribute("epsilon", Epsilon));
}
