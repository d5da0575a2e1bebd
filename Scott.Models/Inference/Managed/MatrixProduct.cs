namespace Scott.Models.Inference;

/// <summary>Whole products, panel by panel: sums by the kernel, then bias, activation and residual while they are in the nearest cache.</summary>
internal static unsafe class MatrixProduct<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private static int PanelWidth => MatrixKernel<TLanes, TVector>.PanelWidth;

    /// <summary>The numbers that the sums of one panel need.</summary>
    public static int TileLength(int rows) => (rows + MatrixKernel<TLanes, TVector>.SmallestTile) * PanelWidth;

    /// <summary>Rows times a weight.</summary>
    public static void Multiply(in MatrixRows input, PackedMatrix matrix, in ProductTarget target, float* tiles)
    {
        int width = PanelWidth;
        int columns = target.Finish == ProductFinish.Gate ? width / 2 : width; // that a panel writes
        for (int panel = 0, column = 0; column < matrix.Columns; panel++, column += columns)
        {
            float* values = matrix.Values + ((nint)panel * matrix.Inputs * width);
            MatrixKernel<TLanes, TVector>.MultiplyPanel(input, values, width, matrix.Bias + (panel * width), tiles);
            Write(tiles, input.Count, column, Math.Min(columns, matrix.Columns - column), target);
        }

        GC.KeepAlive(matrix);
    }

    /// <summary>Rows times a matrix [K, N] in panels.</summary>
    /// <param name="input">The rows.</param>
    /// <param name="values">The first panel. The last one is read whole, whatever stands behind its columns.</param>
    /// <param name="panelStride">From one panel to the next.</param>
    /// <param name="rowStride">From one of a panel's rows to the next.</param>
    /// <param name="columns">N.</param>
    /// <param name="zeros">P zeros.</param>
    /// <param name="target">Where the product is written.</param>
    /// <param name="tiles">Memory for the sums.</param>
    public static void Multiply(
        in MatrixRows input, float* values, nint panelStride, nint rowStride, int columns, float* zeros, in ProductTarget target, float* tiles)
    {
        for (int column = 0; column < columns; column += PanelWidth, values += panelStride)
        {
            MatrixKernel<TLanes, TVector>.MultiplyPanel(input, values, rowStride, zeros, tiles);
            Write(tiles, input.Count, column, Math.Min(PanelWidth, columns - column), target);
        }
    }

    private static void Write(float* tiles, int rows, int column, int columns, in ProductTarget target)
    {
        for (int row = 0; row < rows; row++)
        {
            float* tile = tiles + (row * PanelWidth);
            float* destination = target.First + (row * target.Stride) + column;
            int lanes = 0;
            for (; lanes + TLanes.Count <= columns; lanes += TLanes.Count)
                Write<TLanes, TVector>(tile + lanes, destination + lanes, target, column + lanes);

            for (; lanes < columns; lanes++)
                Write<LanesOne, float>(tile + lanes, destination + lanes, target, column + lanes);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write<TSome, TNumbers>(float* tile, float* destination, in ProductTarget target, int column)
        where TSome : struct, ILanes<TNumbers>
        where TNumbers : struct
    {
        TNumbers value = TSome.Load(tile);
        switch (target.Finish)
        {
            case ProductFinish.Relu:
                value = TSome.Max(value, TSome.All(0));
                break;
            case ProductFinish.Gelu:
                value = LaneFunctions<TSome, TNumbers>.Gelu(value);
                break;
            case ProductFinish.Gate:
                // The other half stands one register of the kernel's width further on.
                value = TSome.Multiply(LaneFunctions<TSome, TNumbers>.Silu(value), TSome.Load(tile + TLanes.Count));
                break;
            case ProductFinish.Add when target.Scale is null:
                value = TSome.Add(TSome.Load(destination), value);
                break;
            case ProductFinish.Add:
                value = TSome.MultiplyAdd(value, TSome.Load(target.Scale + column), TSome.Load(destination));
                break;
        }

        TSome.Store(value, destination);
    }
}

/// <summary>What happens to a product's elements before they are written.</summary>
internal enum ProductFinish
{
    /// <summary>Nothing.</summary>
    Store,
    /// <summary>Negative ones become 0.</summary>
    Relu,
    /// <summary>Exact GELU.</summary>
    Gelu,
    /// <summary><c>silu(x₁)·x₂</c>: the matrix is a gated layer's.</summary>
    Gate,
    /// <summary>They are added to what is there.</summary>
    Add,
}

/// <summary>Where a product is written.</summary>
internal readonly unsafe struct ProductTarget(float* first, nint stride, ProductFinish finish = ProductFinish.Store, float* scale = null)
{
    /// <summary>The first row.</summary>
    public float* First { get; init; } = first;
    /// <summary>From one row to the next.</summary>
    public nint Stride { get; } = stride;
    /// <summary>What happens to the elements first.</summary>
    public ProductFinish Finish { get; } = finish;
    /// <summary>With <see cref="ProductFinish.Add"/>, a factor for each column; <see langword="null"/> for none.</summary>
    public float* Scale { get; } = scale;
}
