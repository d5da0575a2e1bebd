namespace Scott.Models.Weights;

/// <summary>What a safetensors file holds.</summary>
/// <param name="Tensors">Its tensors, in the order of their bytes.</param>
/// <param name="Metadata">The header's free text entries; empty if it has none.</param>
public sealed record SafetensorsContent(WeightSet Tensors, IReadOnlyDictionary<string, string> Metadata);
