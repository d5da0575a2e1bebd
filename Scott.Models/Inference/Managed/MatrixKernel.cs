namespace Scott.Models.Inference;

/// <summary>
/// Products of matrices in tiles of up to six rows and two registers of columns, which stay in the processor's registers. Each element is summed in
/// the order of K, so neither the tiles nor the registers' width changes a result.
/// </summary>
internal static unsafe class MatrixKernel<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    public const int LargestTile = 6;
    public const int SmallestTile = 4;

    /// <summary>The inputs of one pass over the rows: their part of a panel stays in the nearest caches.</summary>
    private const int PassInputs = 512;

    /// <summary>The columns of a tile.</summary>
    public static int PanelWidth => 2 * TLanes.Count;

    /// <summary>One panel of columns for all rows: tiles [rows, P] of sums, each from the panel's bias on.</summary>
    /// <param name="input">The rows.</param>
    /// <param name="panel">The panel's values, [K, P].</param>
    /// <param name="rowStride">From one of the panel's rows to the next.</param>
    /// <param name="bias">What the sums begin with: P numbers.</param>
    /// <param name="tiles">Receives the sums.</param>
    public static void MultiplyPanel(in MatrixRows input, float* panel, nint rowStride, float* bias, float* tiles)
    {
        // A pass takes some of the segments, or a part of the only one.
        int segmentsAtOnce = Math.Max(1, PassInputs / input.SegmentLength);
        for (int segment = 0; segment < input.Segments; segment += segmentsAtOnce)
        {
            int segments = Math.Min(segmentsAtOnce, input.Segments - segment);
            for (int first = 0; first < input.SegmentLength; first += PassInputs)
            {
                int length = Math.Min(PassInputs, input.SegmentLength - first);
                bool isStart = segment == 0 && first == 0;
                nint skipped = ((nint)segment * input.SegmentLength) + first;
                Pass(
                    input, (segment * input.SegmentStride) + first, segments, length, panel + (skipped * rowStride), rowStride,
                    isStart ? bias : null, tiles);
            }
        }
    }

    private static void Pass(
        in MatrixRows input, nint offset, int segments, int length, float* panel, nint rowStride, float* bias, float* tiles)
    {
        int width = PanelWidth;
        int left = (input.Count + LargestTile - 1) / LargestTile;
        for (int row = 0; left > 0; left--)
        {
            // Rows are spread evenly: a tile of one row would take nearly as long as one of four.
            int count = (input.Count - row + left - 1) / left;
            float* tile = tiles + (row * width);
            float* start = bias is null ? tile : bias;
            nint startStride = bias is null ? width : 0;
            float** rows = input.Rows + row;
            nint step = input.SegmentStride;
            if (count == LargestTile)
                Tile<SixRows>(rows, offset, segments, length, step, panel, rowStride, start, startStride, tile);
            else if (count > SmallestTile)
                Tile<FiveRows>(rows, offset, segments, length, step, panel, rowStride, start, startStride, tile);
            else
                Tile<FourRows>(rows, offset, segments, length, step, panel, rowStride, start, startStride, tile);

            row += count;
        }
    }

    private static void Tile<TRows>(
        float** rows, nint offset, int segments, nint length, nint step, float* panel, nint rowStride, float* start, nint startStride, float* tile)
        where TRows : struct, ITileRows
    {
        nint lanes = TLanes.Count;
        TVector c00 = TLanes.Load(start), c01 = TLanes.Load(start + lanes);
        start += startStride;
        TVector c10 = TLanes.Load(start), c11 = TLanes.Load(start + lanes);
        start += startStride;
        TVector c20 = TLanes.Load(start), c21 = TLanes.Load(start + lanes);
        start += startStride;
        TVector c30 = TLanes.Load(start), c31 = TLanes.Load(start + lanes);
        start += startStride;
        TVector c40 = default, c41 = default, c50 = default, c51 = default;
        float* a0 = rows[0] + offset, a1 = rows[1] + offset, a2 = rows[2] + offset, a3 = rows[3] + offset, a4 = a3, a5 = a3;
        if (TRows.Count > 4)
        {
            (c40, c41) = (TLanes.Load(start), TLanes.Load(start + lanes));
            start += startStride;
            a4 = rows[4] + offset;
        }

        if (TRows.Count > 5)
        {
            (c50, c51) = (TLanes.Load(start), TLanes.Load(start + lanes));
            a5 = rows[5] + offset;
        }

        for (int segment = 0; segment < segments; segment++)
        {
            for (nint k = 0; k < length; k++)
            {
                TVector b0 = TLanes.Load(panel), b1 = TLanes.Load(panel + lanes);
                panel += rowStride;
                TVector a = TLanes.All(a0[k]);
                c00 = TLanes.MultiplyAdd(a, b0, c00);
                c01 = TLanes.MultiplyAdd(a, b1, c01);
                a = TLanes.All(a1[k]);
                c10 = TLanes.MultiplyAdd(a, b0, c10);
                c11 = TLanes.MultiplyAdd(a, b1, c11);
                a = TLanes.All(a2[k]);
                c20 = TLanes.MultiplyAdd(a, b0, c20);
                c21 = TLanes.MultiplyAdd(a, b1, c21);
                a = TLanes.All(a3[k]);
                c30 = TLanes.MultiplyAdd(a, b0, c30);
                c31 = TLanes.MultiplyAdd(a, b1, c31);
                if (TRows.Count > 4)
                {
                    a = TLanes.All(a4[k]);
                    c40 = TLanes.MultiplyAdd(a, b0, c40);
                    c41 = TLanes.MultiplyAdd(a, b1, c41);
                }

                if (TRows.Count > 5)
                {
                    a = TLanes.All(a5[k]);
                    c50 = TLanes.MultiplyAdd(a, b0, c50);
                    c51 = TLanes.MultiplyAdd(a, b1, c51);
                }
            }

            a0 += step;
            a1 += step;
            a2 += step;
            a3 += step;
            a4 += step;
            a5 += step;
        }

        tile = Store(c00, c01, tile);
        tile = Store(c10, c11, tile);
        tile = Store(c20, c21, tile);
        tile = Store(c30, c31, tile);
        if (TRows.Count > 4)
            tile = Store(c40, c41, tile);

        if (TRows.Count > 5)
            Store(c50, c51, tile);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float* Store(TVector left, TVector right, float* tile)
    {
        TLanes.Store(left, tile);
        TLanes.Store(right, tile + TLanes.Count);
        return tile + PanelWidth;
    }
}

/// <summary>The left side of a product: rows anywhere in memory, each of equal segments at equal distances. A matrix has one segment.</summary>
internal readonly unsafe struct MatrixRows(float** rows, int count, int segments, int segmentLength, nint segmentStride)
{
    /// <summary>The rows' first numbers. Behind the last one stand at least three that can be read, for tiles of fewer rows.</summary>
    public float** Rows { get; } = rows;
    public int Count { get; } = count;
    /// <summary>The segments of a row: for a convolution, the rows of its window.</summary>
    public int Segments { get; } = segments;
    /// <summary>The numbers of a segment; times the segments, K.</summary>
    public int SegmentLength { get; } = segmentLength;
    /// <summary>From one segment to the next.</summary>
    public nint SegmentStride { get; } = segmentStride;
}

/// <summary>The number of rows that a tile of the product has. A type, so that the compiler makes a version of the kernel for each.</summary>
internal interface ITileRows
{
    static abstract int Count { get; }
}

internal readonly struct FourRows : ITileRows
{
    public static int Count => 4;
}

internal readonly struct FiveRows : ITileRows
{
    public static int Count => 5;
}

internal readonly struct SixRows : ITileRows
{
    public static int Count => 6;
}
