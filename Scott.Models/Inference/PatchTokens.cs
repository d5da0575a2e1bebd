namespace Scott.Models.Inference;

/// <summary>One image's patch tokens: a grid of vectors. Immutable.</summary>
public sealed class PatchTokens
{
    internal PatchTokens(int gridSide, int width, float[] values) => (GridSide, Width, Values) = (gridSide, width, values);

    /// <summary>G: there are G·G patches, row-major from the top left.</summary>
    public int GridSide { get; }

    /// <summary>D: the length of one token.</summary>
    public int Width { get; }

    /// <summary>All tokens, [G·G, D], row-major.</summary>
    public ReadOnlyMemory<float> Values { get; }

    /// <summary>One patch's token, D numbers.</summary>
    /// <param name="row">From 0, at the top, to G − 1.</param>
    /// <param name="column">From 0, at the left, to G − 1.</param>
    public ReadOnlySpan<float> this[int row, int column]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(row);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, GridSide);
            ArgumentOutOfRangeException.ThrowIfNegative(column);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(column, GridSide);
            return Values.Span.Slice(((row * GridSide) + column) * Width, Width);
        }
    }
}
