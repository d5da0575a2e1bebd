namespace Scott.Models.Metrics;

/// <summary>Features of labeled images: vectors, [M, D] row-major, and labels, [M], classes from 0.</summary>
internal sealed record LabeledFeatures(float[] Vectors, IReadOnlyList<int> Labels)
{
    public int Width => Vectors.Length / Labels.Count;

    /// <summary>Some of the images, in the given order.</summary>
    public LabeledFeatures Take(IReadOnlyList<int> images) => new(
        [.. images.SelectMany(image => Vectors.Skip(image * Width).Take(Width))], [.. images.Select(image => Labels[image])]);
}
