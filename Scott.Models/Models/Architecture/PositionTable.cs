using System.Numerics.Tensors;

namespace Scott.Models;

/// <summary>The fixed position table: zeros for the registers, then one row per patch, row-major over the grid.</summary>
/// <remarks>Reference: <c>get_2d_sincos_pos_embed</c> in <c>src/models/transformer.py</c> at commit 8b6c6f9.</remarks>
internal static class PositionTable
{
    private const double WaveLengthBase = 10000;
    private const double CubicA = -0.75; // The cubic's coefficient in PyTorch's interpolate(mode="bicubic").

    /// <summary>The table [registers + gridSide², width]: sin(r·ω) | cos(r·ω) | sin(c·ω) | cos(c·ω), each a quarter wide.</summary>
    public static float[] Create(int width, int gridSide, int registers)
    {
        int quarter = width / 4;
        float[] table = new float[(registers + (gridSide * gridSide)) * width];
        for (int row = 0; row < gridSide; row++)
        {
            for (int column = 0; column < gridSide; column++)
            {
                Span<float> entry = table.AsSpan((registers + (row * gridSide) + column) * width, width);
                WriteAxis(entry[..(2 * quarter)], row);
                WriteAxis(entry[(2 * quarter)..], column);
            }
        }

        return table;
    }

    /// <summary>The table for another grid: patch rows interpolated bicubically, registers kept.</summary>
    /// <remarks>Equals PyTorch's <c>interpolate(mode="bicubic", align_corners=False)</c> without antialiasing, as in DINOv2.</remarks>
    public static float[] Resample(ReadOnlySpan<float> table, int width, int registers, int fromSide, int toSide)
    {
        ReadOnlySpan<float> patches = table[(registers * width)..];
        Tap[][] taps = [.. Enumerable.Range(0, toSide).Select(target => TapsOf(target, fromSide, toSide))];
        float[] result = new float[(registers + (toSide * toSide)) * width];
        table[..(registers * width)].CopyTo(result);
        double[] sum = new double[width];
        for (int row = 0; row < toSide; row++)
        {
            for (int column = 0; column < toSide; column++)
            {
                Accumulate(patches, fromSide, taps[row], taps[column], sum);
                TensorPrimitives.ConvertTruncating<double, float>(sum, result.AsSpan((registers + (row * toSide) + column) * width, width));
            }
        }

        return result;
    }

    private static void WriteAxis(Span<float> entry, int position)
    {
        int quarter = entry.Length / 2;
        for (int i = 0; i < quarter; i++)
        {
            double angle = position / Math.Pow(WaveLengthBase, (double)i / quarter);
            entry[i] = (float)Math.Sin(angle);
            entry[quarter + i] = (float)Math.Cos(angle);
        }
    }

    private static void Accumulate(ReadOnlySpan<float> patches, int fromSide, Tap[] rows, Tap[] columns, Span<double> sum)
    {
        sum.Clear();
        foreach (Tap row in rows)
        {
            foreach (Tap column in columns)
            {
                double weight = row.Weight * column.Weight;
                ReadOnlySpan<float> source = patches.Slice(((row.Source * fromSide) + column.Source) * sum.Length, sum.Length);
                for (int k = 0; k < sum.Length; k++)
                    sum[k] += weight * source[k];
            }
        }
    }

    /// <summary>The four old rows or columns, with their weights, that make one row or column of the new grid.</summary>
    private static Tap[] TapsOf(int target, int fromSide, int toSide)
    {
        double center = ((target + 0.5) * fromSide / toSide) - 0.5;
        int first = (int)Math.Floor(center) - 1;
        return [.. Enumerable.Range(first, 4).Select(at => new Tap(Math.Clamp(at, 0, fromSide - 1), Cubic(Math.Abs(center - at))))];
    }

    private static double Cubic(double distance) => distance <= 1
        ? ((((CubicA + 2) * distance) - (CubicA + 3)) * distance * distance) + 1
        : CubicA * ((((distance - 5) * distance) + 8) * distance - 4);

    private readonly record struct Tap(int Source, double Weight);
}
