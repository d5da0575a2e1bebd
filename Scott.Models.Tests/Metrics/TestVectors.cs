using Scott.Models.Foundation;

namespace Scott.Models.Tests.Metrics;

/// <summary>Random vectors, the same for the same seed.</summary>
internal static class TestVectors
{
    public static float[][] Normal(int count, int width, int seed)
    {
        var random = new DeterministicRandom((ulong)seed, "vectors");
        return [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, width).Select(_ => (float)random.NextNormal()).ToArray())];
    }

    /// <summary>Half are near one of a few centers, closer or farther, which are not around the origin; half are anywhere.</summary>
    public static float[][] Clustered(int count, int width, int seed)
    {
        var random = new DeterministicRandom((ulong)seed, "clusters");
        float[][] centers = Normal(Math.Max(1, count / 20), width, seed + 1);
        float[][] vectors = Normal(count, width, seed + 2);
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
