using System.Numerics.Tensors;

namespace Scott.Models.Inference;

/// <summary>Turns a grid of patch scores into a square map of pixels.</summary>
/// <remarks>PatchCore, section 3.3; reference: <c>RescaleSegmentor</c> of github.com/amazon-science/patchcore-inspection at commit 8a7748c.</remarks>
internal static class PixelMap
{
    private const double Sigma = 4;
    private const int Reach = 16; // 4 σ
    private const float Largest = 1e30f; // in place of infinity, from which no number between two patches can be computed

    /// <summary>[rows, columns] → [side, side], interpolated bilinearly between the centers of patches, and constant beyond them.</summary>
    public static float[] Enlarge(ReadOnlySpan<float> patches, int rows, int columns, int side)
    {
        float[] values = new float[patches.Length];
        TensorPrimitives.Min(patches, Largest, values);
        float[] map = new float[side * side];
        for (int y = 0; y < side; y++)
        {
            (int top, int bottom, float down) = Place(y, rows, side);
            for (int x = 0; x < side; x++)
            {
                (int left, int right, float along) = Place(x, columns, side);
                float upper = Mix(values[(top * columns) + left], values[(top * columns) + right], along);
                float lower = Mix(values[(bottom * columns) + left], values[(bottom * columns) + right], along);
                map[(y * side) + x] = Mix(upper, lower, down);
            }
        }

        return map;
    }

    /// <summary>Blurs a square map by a Gaussian of σ = 4 pixels. Beyond its border the map is mirrored.</summary>
    public static float[] Smooth(float[] map, int side)
    {
        double[] weights = [.. Enumerable.Range(-Reach, (2 * Reach) + 1).Select(offset => Math.Exp(-offset * offset / (2 * Sigma * Sigma)))];
        double total = weights.Sum();
        float[] Pass(float[] source, int step, int line)
        {
            float[] target = new float[source.Length];
            for (int i = 0; i < side; i++)
            {
                for (int at = 0; at < side; at++)
                {
                    double sum = 0;
                    for (int offset = -Reach; offset <= Reach; offset++)
                        sum += weights[offset + Reach] * source[(i * line) + (Mirror(at + offset, side) * step)];

                    target[(i * line) + (at * step)] = (float)(sum / total);
                }
            }

            return target;
        }

        return Pass(Pass(map, 1, side), side, 1);
    }

    private static (int Before, int After, float Share) Place(int pixel, int patches, int side)
    {
        double center = Math.Clamp(((pixel + 0.5) * patches / side) - 0.5, 0, patches - 1);
        int before = (int)center;
        return (before, Math.Min(before + 1, patches - 1), (float)(center - before));
    }

    private static int Mirror(int at, int side)
    {
        int turn = ((at % (2 * side)) + (2 * side)) % (2 * side);
        return turn < side ? turn : (2 * side) - 1 - turn;
    }

    private static float Mix(float first, float second, float share) => first + ((second - first) * share);
}
