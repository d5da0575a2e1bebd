namespace Scott.Models.Inference;

/// <summary>What one thread needs for products of rows with weights: pointers to rows, sums, and two buffers of rows.</summary>
internal sealed unsafe class RowScratch<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    /// <summary>The rows of one product: their hidden layer stays in the caches.</summary>
    public const int GroupRows = 128;
    /// <summary>The queries that attend together.</summary>
    public const int QueryRows = 24;
    /// <summary>Pointers behind the last row, for tiles with fewer rows than they compute.</summary>
    private const int SpareRows = MatrixKernel<TLanes, TVector>.SmallestTile - 1;

    private readonly nint[] _rows = GC.AllocateArray<nint>(GroupRows + SpareRows, pinned: true);
    private readonly AlignedFloats _tiles = new(MatrixProduct<TLanes, TVector>.TileLength(GroupRows));
    private readonly AlignedFloats _zeros = new(MatrixKernel<TLanes, TVector>.PanelWidth);
    private readonly AlignedFloats _narrow;
    private readonly AlignedFloats _wide;
    private readonly AlignedFloats _scores;

    public RowScratch(ScottArchitecture architecture)
    {
        int width = architecture.EmbeddingWidth;
        _narrow = new AlignedFloats(GroupRows * width);
        _wide = new AlignedFloats((long)GroupRows * Math.Max(width, architecture.FeedForwardWidth));
        ScoreStride = (architecture.Tokens + LargestPadding - 1) / LargestPadding * LargestPadding;
        _scores = new AlignedFloats((long)QueryRows * ScoreStride);
    }

    /// <summary>A row of scores is padded for the softmax.</summary>
    private static int LargestPadding => RowKernels<TLanes, TVector>.Sums;

    /// <summary>[128, D].</summary>
    public float* Narrow => _narrow.Pointer;
    /// <summary>[128, F or D].</summary>
    public float* Wide => _wide.Pointer;
    /// <summary>[24, <see cref="ScoreStride"/>].</summary>
    public float* Scores => _scores.Pointer;
    public int ScoreStride { get; }
    public float* Tiles => _tiles.Pointer;
    public float* Zeros => _zeros.Pointer;

    private float** Pointers => (float**)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_rows));

    /// <summary>Up to 128 rows at equal distances, as the left side of a product.</summary>
    public MatrixRows Rows(float* first, nint stride, int count, int width)
    {
        float** rows = Pointers;
        for (int row = 0; row < count + SpareRows; row++)
            rows[row] = first + (Math.Min(row, count - 1) * stride);

        return new MatrixRows(rows, count, 1, width, 0);
    }

    /// <summary>Up to 128 windows of an image with its channels last, as the left side of a convolution's product.</summary>
    /// <param name="image">The image, padded.</param>
    /// <param name="window">The windows' shape.</param>
    /// <param name="first">The first window, in row-major order.</param>
    /// <param name="count">The number of windows.</param>
    public MatrixRows Windows(float* image, in ConvolutionWindows window, int first, int count)
    {
        float** rows = Pointers;
        for (int row = 0; row < count + SpareRows; row++)
        {
            (int y, int x) = Math.DivRem(first + Math.Min(row, count - 1), window.Columns);
            rows[row] = image + (y * window.Stride * window.RowLength) + (x * window.Stride * window.Channels);
        }

        return new MatrixRows(rows, count, window.Side, window.Side * window.Channels, window.RowLength);
    }

    /// <summary>Rows of K numbers times a weight.</summary>
    public void Multiply(float* rows, nint stride, int count, PackedMatrix matrix, in ProductTarget target)
    {
        for (int first = 0; first < count; first += GroupRows)
        {
            MatrixRows group = Rows(rows + (first * stride), stride, Math.Min(GroupRows, count - first), matrix.Inputs);
            MatrixProduct<TLanes, TVector>.Multiply(group, matrix, target with { First = target.First + (first * target.Stride) }, Tiles);
        }
    }

    /// <summary>A range of a convolution's windows times its weight: channels last, one row for each window.</summary>
    public void Convolve(float* image, in ConvolutionWindows windows, (int First, int End) range, PackedMatrix matrix, in ProductTarget target)
    {
        for (int first = range.First; first < range.End; first += GroupRows)
        {
            MatrixRows group = Windows(image, windows, first, Math.Min(GroupRows, range.End - first));
            MatrixProduct<TLanes, TVector>.Multiply(group, matrix, target with { First = target.First + (first * target.Stride) }, Tiles);
        }
    }
}

/// <summary>The windows of a convolution over an image with its channels last.</summary>
/// <param name="Side">The side of a window.</param>
/// <param name="Stride">From one window to the next.</param>
/// <param name="Columns">The windows in a row.</param>
/// <param name="Channels">The image's channels.</param>
/// <param name="RowLength">The numbers of one of the image's rows.</param>
internal readonly record struct ConvolutionWindows(int Side, int Stride, int Columns, int Channels, nint RowLength);
