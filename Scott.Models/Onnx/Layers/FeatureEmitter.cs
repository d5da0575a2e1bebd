using static Scott.Models.Onnx.GraphBuilder;

namespace Scott.Models.Onnx;

/// <summary>Makes features of a transformer's tokens: normalized patches, and one vector per image. Emits only what is asked for, once.</summary>
internal sealed class FeatureEmitter(
    GraphBuilder builder, WeightEncoder weights, NormEmitter norm, TransformerEmitter transformer, ScottArchitecture architecture,
    EmittedTokens tokens)
{
    /// <summary>Shorter vectors are divided by this, as in torch's <c>normalize</c>. In half precision, the smallest number is 6e-8.</summary>
    private const float ShortestLength = 1e-6f;

    private string? _patches;
    private string? _mean;
    private string? _classToken;

    /// <summary>The normalized patch tokens, [B, N, D].</summary>
    public string Patches => _patches ??= Normalize(tokens.Patches);

    private string PatchMean => _mean ??= builder.AddReduction("ReduceMean", Patches, axis: 1, keepsAxis: false); // [B, D]

    private string ClassToken => _classToken ??= Normalize(transformer.ClassToken(tokens.Stream)); // [B, D]

    /// <summary>One vector per image, scaled to length 1 or not: [B, D], or [B, 2·D] for both joined.</summary>
    public string Pool(EmbeddingPooling pooling, bool hasUnitLength)
    {
        using IDisposable scope = builder.Within("pool");
        string vector = pooling switch
        {
            EmbeddingPooling.PatchMean => PatchMean,
            EmbeddingPooling.ClassToken => ClassToken,
            _ => builder.Add("Concat", [ClassToken, PatchMean], Attribute("axis", 1)),
        };
        if (!hasUnitLength)
            return vector;

        string length = builder.AddReduction("ReduceL2", vector, axis: 1, keepsAxis: true);
        return builder.Add("Div", [vector, builder.Add("Max", [length, builder.Scalar("shortest", ShortestLength)])]);
    }

    private string Normalize(string stream) => architecture.StandardVit is { } standard
        ? NormEmitter.EmitLearned(builder, weights, stream, StandardVitLayout.FinalNorm, standard.NormEpsilon)
        : norm.Emit(stream);
}
