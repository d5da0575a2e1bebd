using Scott.Models.Downloads;

namespace Scott.Models.Zoo;

/// <summary>A file of a model: what its bytes must be.</summary>
/// <param name="Name">Its name, which is also its name in the cache and under every source.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its SHA-256, in lower-case hexadecimal.</param>
/// <param name="DType">The element type of the weights, by its safetensors name: F32, F16 or BF16; <see langword="null"/> for other files.</param>
public sealed record ManifestFile(string Name, long Bytes, string Sha256, string? DType)
{
    internal const string WeightsExtension = ".safetensors";

    internal bool IsWeights => Name.EndsWith(WeightsExtension, StringComparison.Ordinal);

    internal ExpectedFile ToExpected(string modelId, string? note) =>
        new(modelId, Name, Bytes, FileChecksum.OfSha256(Sha256), "the manifest") { Note = note };
}
