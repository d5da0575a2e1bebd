namespace Scott.Models.Onnx;

/// <summary>An output of a graph for a few images.</summary>
/// <param name="Name">One of <see cref="GraphNames"/>.</param>
/// <param name="Values">[B, …], row-major.</param>
internal sealed record GraphValues(string Name, float[] Values);

/// <summary>Computes a graph's outputs for images [B, 3, S, S], normalized.</summary>
internal delegate IReadOnlyList<GraphValues> GraphRunner(float[] images, int count);

/// <summary>Makes the TorchSharp reference that an export is compared with. Loads libtorch.</summary>
internal delegate GraphRunner TorchReference(ScottModel model, ScottClassifier? classifier, OnnxExportOptions options);
