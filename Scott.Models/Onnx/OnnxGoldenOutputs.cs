namespace Scott.Models.Onnx;

/// <summary>Inputs whose outputs are known, to check an export with.</summary>
/// <param name="Images">[B, 3, S, S], normalised, row-major.</param>
/// <param name="Tokens">[B, N, D]: the graph's output <c>tokens</c> as it should be.</param>
/// <param name="Count">B, at least 1.</param>
public sealed record OnnxGoldenOutputs(ReadOnlyMemory<float> Images, ReadOnlyMemory<float> Tokens, int Count);
