using System.Numerics.Tensors;

namespace Scott.Models;

/// <summary>The position table: zeros for the registers of SCOTT, then one row per patch, row-major over the grid.</summary>
/// <remarks>Reference: <c>get_2d_sincos_pos_embed</c> in <c>src/models/transformer.py</c> at commit 8b6c6f9.</remarks>
internal static class PositionTable
{
    private const double WaveLengthBase = 10000;
    private const double PlainCubic = -0.75; // The cubic's coefficient in PyTorch's interpolate(mode="bicubic").
    private const double AntialiasedCubic = -0.5; // The same with antialias=True.

    /// <summary>The fixed table [registers + N, width]: sin(r·ω) | cos(r·ω) | sin(c·ω) | cos(c·ω), each a quarter wide.</summary>
    public static float[] Create(int width, PatchGrid grid, int registers)
    {
        float[] table = new float[(registers + grid.Patches) * width];
        for (int patch = 0; patch < grid.Patches; patch++)
        {
            Span<float> entry = table.AsSpan((registers + patch) * width, width);
            WriteAxis(entry[..(width / 2)], patch / grid.Columns);
            WriteAxis(entry[(width / 2)..], patch % grid.Columns);
        }

        return table;
    }

    /// <summary>The table for another grid: patch rows interpolated bicubically, registers kept.</summary>
    /// <remarks>Equals PyTorch's <c>interpolate(mode="bicubic", align_corners=False)</c>, without or with antialiasing.</remarks>
    public static float[] Resample(
        ReadOnlySpan<float> table, int width, int registers, PatchGrid from, PatchGrid to, PositionResampling resampling)
    {
        ReadOnlySpan<float> patches = table[(registers * width)..];
        Tap[][] rows = TapsOf(from.Rows, to.Rows, resampling);
        Tap[][] columns = TapsOf(from.Columns, to.Columns, resampling);
        float[] result = new float[(registers + to.Patches) * width];
        table[..(registers * width)].CopyTo(result);
        double[] sum = new double[width];
        for (int row = 0; row < to.Rows; row++)
        {
            for (int column = 0; column < to.Columns; column++)
            {
                Accumulate(patches, from.Columns, rows[row], columns[column], sum);
                int at = (registers + (row * to.Columns) + column) * width;
                TensorPrimitives.ConvertTruncating<double, float>(sum, result.AsSpan(at, width));
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

    private static void Accumulate(ReadOnlySpan<float> patches, int fromColumns, Tap[] rows, Tap[] columns, Span<double> sum)
    {
        sum.Clear();
        foreach (Tap row in rows)
        {
            foreach (Tap column in columns)
            {
                double weight = row.Weight * column.Weight;
                ReadOnlySpan<float> source = patches.Slice(((row.Source * fromColumns) + column.Source) * sum.Length, sum.Length);
                for (int k = 0; k < sum.Length; k++)
                    sum[k] += weight * source[k];
            }
        }
    }

    /// <summary>For each new row or column, the old ones that make it, with their weights.</summary>
    private static Tap[][] TapsOf(int from, int to, PositionResampling resampling) =>
    [
        .. Enumerable.Range(0, to)
            .Select(target => resampling == PositionResampling.Plain ? Plain(target, from, to) : Antialiased(target, from, to)),
    ];

    /// <summary>Four taps; those outside the table take the value of its border.</summary>
    private static Tap[] Plain(int target, int from, int to)
    {
        double center = ((target + 0.5) * from / to) - 0.5;
        int first = (int)Math.Floor(center) - 1;
        return [.. Enumerable.Range(first, 4).Select(at => new Tap(Math.Clamp(at, 0, from - 1), Cubic(Math.Abs(center - at), PlainCubic)))];
    }

    /// <summary>All taps that the filter covers, which widens when the grid shrinks. Those outside the table are left out, and the others scaled to a
    /// sum of 1.</summary>
    private static Tap[] Antialiased(int target, int from, int to)
    {
        double scale = Math.Max(1, (double)from / to);
        double center = (target + 0.5) * from / to;
        int first = Math.Max((int)(center - (2 * scale) + 0.5), 0);
        int end = Math.Min((int)(center + (2 * scale) + 0.5), from);
        Tap[] taps =
            [.. Enumerable.Range(first, end - first).Select(at => new Tap(at, Cubic(Math.Abs(at - center + 0.5) / scale, AntialiasedCubic)))];
        double sum = taps.Sum(tap => tap.Weight);
        return [.. taps.Select(tap => tap with { Weight = tap.Weight / sum })];
    }

    private static double Cubic(double distance, double a) => distance switch
    {
        <= 1 => ((((a + 2) * distance) - (a + 3)) * distance * distance) + 1,
        < 2 => a * ((((distance - 5) * distance) + 8) * distance - 4),
        _ => 0,
    };

    private readonly record struct Tap(int Source, double Weight);
}

/// <summary>The patches of an image: rows × columns, row-major.</summary>
internal readonly record struct PatchGrid(int Rows, int Columns)
{
    public int Patches => Rows * Columns;

    public override string ToString() => $"{Rows}×{Columns}";
}
