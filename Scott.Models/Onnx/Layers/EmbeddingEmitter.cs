namespace Scott.Models.Onnx;

/// <summary>The pooled vector: the mean of the normalized tokens, scaled to length 1 if asked for. [B, N, D] → [B, D].</summary>
internal static class EmbeddingEmitter
{
    /// <summary>A vector shorter than this is left as short as it is, as in torch's <c>normalize</c>; 6e-8 is the smallest half.</summary>
    private const float ShortestLength = 1e-6f;

    public static string Emit(GraphBuilder builder, string normalizedTokens, bool hasUnitLength)
    {
        using IDisposable scope = builder.Within("pool");
        string mean = builder.AddReduction("ReduceMean", normalizedTokens, axis: 1, keepsAxis: false);
        if (!hasUnitLength)
        {
            return mean;
        }

        string length = builder.AddReduction("ReduceL2", mean, axis: 1, keepsAxis: true);
        return builder.Add("Div", [mean, builder.Add("Max", [length, builder.Scalar("shortest", ShortestLength)])]);
    }
}
