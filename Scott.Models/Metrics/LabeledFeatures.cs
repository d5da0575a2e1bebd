namespace Scott.Models.Metrics;

/// <summary>Features of labeled images: vectors, [M, D] row-major, and labels, [M], classes from 0.</summary>
internal sealed record LabeledFeatures(float[] Vectors, IReadOnlyList<int> Labels)
{
    public int Width => Vectors.Length / Labels.Count;

    /// <summary>These images, then others.</summary>
    public LabeledFeatures Concat(LabeledFeatures others) => new([.. Vectors, .. others.Vectors], [.. Labels, .. others.Labels]);

    /// <summary>Some of the images, in the given order.</summary>
    public LabeledFeatures Take(IReadOnlyList<int> images)
    {
        float[] vectors = new float[images.Count * Width];
        for (int i = 0; i < images.Count; i++)
            Vectors.AsSpan(images[i] * Width, Width).CopyTo(vectors.AsSpan(i * Width));

        return new LabeledFeatures(vectors, [.. images.Select(image => Labels[image])]);
    }
}
