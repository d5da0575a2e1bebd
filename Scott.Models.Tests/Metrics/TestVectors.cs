using Scott.Models.Foundation;
using Scott.Models.Metrics;

namespace Scott.Models.Tests.Metrics;

/// <summary>Random vectors, and fingerprints that differ where a test says so.</summary>
internal static class TestVectors
{
    public static float[][] Draw(int count, int width, int seed)
    {
        var random = new DeterministicRandom((ulong)seed, "vectors");
        return [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, width).Select(_ => (float)random.NextNormal()).ToArray())];
    }

    public static IEnumerable<KeyValuePair<string, ReadOnlyMemory<float>>> Keyed(IEnumerable<float[]> vectors, string prefix = "image-") =>
        vectors.Select((vector, i) => KeyValuePair.Create($"{prefix}{i}", (ReadOnlyMemory<float>)vector));

    public static EmbeddingIndex Index(IEnumerable<float[]> vectors, VectorFingerprint? fingerprint = null, string prefix = "image-")
    {
        var index = new EmbeddingIndex(fingerprint);
        index.AddRange(Keyed(vectors, prefix), fingerprint);
        return index;
    }

    public static VectorFingerprint Fingerprint(
        int width, char model = 'a', char preprocessing = 'b', string output = "PatchMean", string precision = "single") => new()
        {
            ModelId = $"model-{model}",
            ModelSha256 = new string(model, 64),
            PreprocessingSha256 = new string(preprocessing, 64),
            Output = output,
            Precision = precision,
            Width = width,
        };

    /// <summary>Half are near one of a few centers, closer or farther, which are not around the origin; half are anywhere.</summary>
    public static float[][] Clustered(int count, int width, int seed)
    {
        var random = new DeterministicRandom((ulong)seed, "clusters");
        float[][] centers = Draw(Math.Max(1, count / 20), width, seed + 1);
        float[][] vectors = Draw(count, width, seed + 2);
        for (int i = 0; i < count; i += 2)
        {
            float[] center = centers[random.NextInt32(centers.Length)];
            float scale = (float)Math.Pow(10, random.NextDouble(-3, 0));
            for (int j = 0; j < width; j++)
                vectors[i][j] = center[j] + 0.5f + (scale * vectors[i][j]);
        }

        return vectors;
    }
}
