using System.Numerics;

namespace Scott.Models.Metrics;

/// <summary>Rows in tiles of 64, each tile in column order, [D, 64], the last one padded with rows of zeros. So all products of two tiles are
/// computed from the CPU's caches, several rows at once.</summary>
internal sealed class TiledRows
{
    public const int TileRows = 64;

    /// <summary>The number of products of two tiles.</summary>
    public const int TileProducts = TileRows * TileRows;

    /// <summary>The rows of a product that are computed together, each with two registers of columns.</summary>
    private const int RowBlock = 4;

    private readonly float[] _values;
    private readonly int _width;

    /// <summary>Copies the rows of [M, D].</summary>
    /// <exception cref="ArgumentException">No array holds them with their padding.</exception>
    public TiledRows(ReadOnlySpan<float> rows, int width)
    {
        (_width, Count) = (width, rows.Length / width);
        Tiles = (Count + TileRows - 1) / TileRows;
        _values = new float[IndexArguments.CountNumbers((long)Tiles * TileRows, width)];
        for (int row = 0; row < Count; row++)
        {
            Span<float> tile = Tile(row / TileRows);
            ReadOnlySpan<float> values = rows.Slice(row * width, width);
            for (int i = 0; i < width; i++)
                tile[(i * TileRows) + (row % TileRows)] = values[i];
        }
    }

    /// <summary>M, without the padding.</summary>
    public int Count { get; }

    public int Tiles { get; }

    /// <summary>The rows of a tile that are not padding.</summary>
    public int RowsOf(int tile) => Math.Min(TileRows, Count - (tile * TileRows));

    /// <summary>The product of every row of a tile with every row of another, [64, 64]; 0 for padding.</summary>
    public void Multiply(int first, int second, Span<float> products)
    {
        ref float a = ref MemoryMarshal.GetReference(Tile(first));
        ref float b = ref MemoryMarshal.GetReference(Tile(second));
        ref float result = ref MemoryMarshal.GetReference(products[..TileProducts]);
        nuint lanes = (nuint)Vector<float>.Count;
        for (nuint column = 0; column < TileRows; column += 2 * lanes)
        {
            for (nuint row = 0; row < TileRows; row += RowBlock)
            {
                ref float block = ref Unsafe.Add(ref result, (row * TileRows) + column);
                MultiplyBlock(ref Unsafe.Add(ref a, row), ref Unsafe.Add(ref b, column), ref block, lanes);
            }
        }
    }

    private void MultiplyBlock(ref float a, ref float b, ref float result, nuint lanes)
    {
        Vector<float> p0 = default, p1 = default, p2 = default, p3 = default, q0 = default, q1 = default, q2 = default, q3 = default;
        nuint end = (nuint)(_width * TileRows);
        for (nuint at = 0; at < end; at += TileRows)
        {
            Vector<float> x = Vector.LoadUnsafe(ref b, at), y = Vector.LoadUnsafe(ref b, at + lanes);
            var r0 = new Vector<float>(Unsafe.Add(ref a, at));
            p0 = MultiplyAdd.Of(r0, x, p0);
            q0 = MultiplyAdd.Of(r0, y, q0);
            var r1 = new Vector<float>(Unsafe.Add(ref a, at + 1));
            p1 = MultiplyAdd.Of(r1, x, p1);
            q1 = MultiplyAdd.Of(r1, y, q1);
            var r2 = new Vector<float>(Unsafe.Add(ref a, at + 2));
            p2 = MultiplyAdd.Of(r2, x, p2);
            q2 = MultiplyAdd.Of(r2, y, q2);
            var r3 = new Vector<float>(Unsafe.Add(ref a, at + 3));
            p3 = MultiplyAdd.Of(r3, x, p3);
            q3 = MultiplyAdd.Of(r3, y, q3);
        }

        p0.StoreUnsafe(ref result);
        q0.StoreUnsafe(ref result, lanes);
        p1.StoreUnsafe(ref result, TileRows);
        q1.StoreUnsafe(ref result, TileRows + lanes);
        p2.StoreUnsafe(ref result, 2 * TileRows);
        q2.StoreUnsafe(ref result, (2 * TileRows) + lanes);
        p3.StoreUnsafe(ref result, 3 * TileRows);
        q3.StoreUnsafe(ref result, (3 * TileRows) + lanes);
    }

    private Span<float> Tile(int tile) => _values.AsSpan(tile * TileRows * _width, TileRows * _width);
}
