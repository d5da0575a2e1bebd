using System.Numerics.Tensors;

namespace Scott.Models.Inference;

/// <summary>The kept patches of normal images. Immutable and thread-safe.</summary>
/// <param name="rows">[M, W], M at least 1.</param>
/// <param name="width">W.</param>
/// <param name="neighbors">The score of a patch is the mean distance to so many of the nearest rows, or to all if there are fewer.</param>
internal sealed class PatchBank(float[] rows, int width, int neighbors)
{
    private readonly int _nearest = Math.Min(neighbors, rows.Length / width);

    public int Count => rows.Length / width;

    public ReadOnlySpan<float> Rows => rows;

    /// <summary>The score of each patch [N, W] of an image: how far it is from the normal patches.</summary>
    /// <remarks>Reference: <c>NearestNeighbourScorer</c> of github.com/amazon-science/patchcore-inspection at commit 8a7748c.</remarks>
    public float[] Score(float[] patches)
    {
        float[] scores = new float[patches.Length / width];
        Parallel.For(0, scores.Length, patch => scores[patch] = ScoreOne(patches.AsSpan(patch * width, width)));
        return scores;
    }

    private float ScoreOne(ReadOnlySpan<float> patch)
    {
        Span<float> nearest = _nearest <= 64 ? stackalloc float[_nearest] : new float[_nearest]; // ascending
        nearest.Fill(float.PositiveInfinity);
        for (int at = 0; at < rows.Length; at += width)
        {
            float distance = TensorPrimitives.Distance(patch, rows.AsSpan(at, width));
            if (!(distance < nearest[^1]))
                continue;

            int place = _nearest - 1;
            for (; place > 0 && nearest[place - 1] > distance; place--)
                nearest[place] = nearest[place - 1];

            nearest[place] = distance;
        }

        return TensorPrimitives.Sum<float>(nearest) / _nearest;
    }
}
