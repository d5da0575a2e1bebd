namespace Scott.Models.Inference;

/// <summary>One image's patch tokens: a grid of vectors. Immutable.</summary>
public sealed class PatchTokens
{
    internal PatchTokens(PatchGrid grid, int width, float[] values) =>
        (GridRows, GridColumns, Width, Values) = (grid.Rows, grid.Columns, width, values);

    /// <summary>The rows of the patch grid, from the top.</summary>
    public int GridRows { get; }

    /// <summary>The columns of the patch grid, from the left. Patches are row-major.</summary>
    public int GridColumns { get; }

    /// <summary>D: the length of one token.</summary>
    public int Width { get; }

    /// <summary>All tokens, [N, D], row-major.</summary>
    public ReadOnlyMemory<float> Values { get; }

    /// <summary>One patch's token, D numbers.</summary>
    /// <param name="row">From 0, at the top, to <see cref="GridRows"/> − 1.</param>
    /// <param name="column">From 0, at the left, to <see cref="GridColumns"/> − 1.</param>
    public ReadOnlySpan<float> this[int row, int column]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(row);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, GridRows);
            ArgumentOutOfRangeException.ThrowIfNegative(column);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(column, GridColumns);
            return Values.Span.Slice(((row * GridColumns) + column) * Width, Width);
        }
    }
}
