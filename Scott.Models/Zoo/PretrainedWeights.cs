namespace Scott.Models.Zoo;

/// <summary>Verified weights, as a file or, for embedded ones, as bytes.</summary>
/// <param name="Model">The manifest's entry.</param>
/// <param name="Path">The file, or what errors call the bytes.</param>
/// <param name="Embedded">The bytes of embedded weights; <see langword="null"/> if the path is a file.</param>
internal sealed record PretrainedWeights(ManifestModel Model, string Path, ReadOnlyMemory<byte>? Embedded);
