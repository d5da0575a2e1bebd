namespace Scott.Models.Onnx;

/// <summary>A backbone's outputs for a few pictures.</summary>
/// <param name="Tokens">[B, N, D].</param>
/// <param name="Embedding">[B, D], or empty where it is not known.</param>
internal sealed record BackboneOutputs(float[] Tokens, float[] Embedding);

/// <summary>Computes a backbone's outputs for pictures [B, 3, S, S], normalised.</summary>
internal delegate BackboneOutputs BackboneRunner(float[] images, int count);
