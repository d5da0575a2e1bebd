namespace Scott.Models.Onnx;

/// <summary>LayerNorm over the last dimension without learned scale or shift. The operator wants a scale, so all of a graph share one of ones.</summary>
internal sealed class FeatureNormEmitter
{
    private const float Epsilon = 1e-5f;

    private readonly GraphBuilder _builder;
    private readonly string _ones;

    public FeatureNormEmitter(GraphBuilder builder, int width)
    {
        _builder = builder;
        float[] ones = new float[width];
        Array.Fill(ones, 1);
        _ones = builder.Constant("norm.ones", ones, [width]);
    }

    /// <summary>[…, D] → […, D].</summary>
    public string Emit(string input) =>
        _builder.Add("LayerNormalization", [input, _ones], GraphBuilder.Attribute("axis", -1), GraphBuilder.Attribute("epsilon", Epsilon));
}
