namespace Scott.Models.Onnx;

/// <summary>Images and their known tokens, to verify an export.</summary>
/// <param name="Images">[B, C, H, W], normalized, row-major.</param>
/// <param name="Tokens">[B, N, D], row-major: the expected values of the output <c>tokens</c>.</param>
/// <param name="Count">B, at least 1.</param>
public sealed record OnnxGoldenOutputs(ReadOnlyMemory<float> Images, ReadOnlyMemory<float> Tokens, int Count)
{
    internal void Validate(ScottArchitecture architecture)
    {
        var faults = new FaultList(nameof(OnnxGoldenOutputs));
        long imageLength = architecture.ImageLength;
        long tokensLength = (long)architecture.Patches * architecture.EmbeddingWidth;
        faults.Require(Count >= 1, $"Count is {Count}; expected at least 1.");
        faults.Require(Images.Length == Count * imageLength, $"Images has {Plural.Of(Images.Length, "number")}; expected {Count} × {imageLength}.");
        faults.Require(Tokens.Length == Count * tokensLength, $"Tokens has {Plural.Of(Tokens.Length, "number")}; expected {Count} × {tokensLength}.");
        faults.ThrowIfAny();
    }
}
