namespace Scott.Models.Imaging;

/// <summary>A rectangle of a large image that is looked at by itself.</summary>
/// <param name="Row">Its row among the tiles, from 0.</param>
/// <param name="Column">Its column among the tiles, from 0.</param>
/// <param name="Left">Its first column in the image, in pixels.</param>
/// <param name="Top">Its first row in the image, in pixels.</param>
/// <param name="Width">Its columns, in pixels.</param>
/// <param name="Height">Its rows, in pixels.</param>
public readonly record struct ImageTile(int Row, int Column, int Left, int Top, int Width, int Height)
{
    /// <summary>The place as a media fragment (W3C Media Fragments URI 1.0), to append to the name of the image, for example
    /// <c>#xywh=512,0,256,256</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"#xywh={Left},{Top},{Width},{Height}");
}

/// <summary>How a large image is cut into tiles. Immutable; equal by value.</summary>
public sealed record TileOptions
{
    private const int MaximumSide = 1 << 14;

    /// <summary>The height of a tile in pixels of the image, 1 to 16384.</summary>
    /// <value>Default: <see langword="null"/>, the height that the model takes, so that pixels are not scaled.</value>
    public int? TileHeight { get; init; }

    /// <summary>The width of a tile in pixels of the image, 1 to 16384.</summary>
    /// <value>Default: <see langword="null"/>, the width that the model takes.</value>
    public int? TileWidth { get; init; }

    /// <summary>The pixels that neighboring tiles have in common, at least. Less than the sides of a tile.</summary>
    /// <value>Default: 0.</value>
    public int OverlapPixels { get; init; }

    /// <summary>Square tiles.</summary>
    /// <param name="pixels">The side of a tile.</param>
    /// <param name="overlapPixels">What neighbors have in common.</param>
    public static TileOptions Square(int pixels, int overlapPixels = 0) =>
        new() { TileHeight = pixels, TileWidth = pixels, OverlapPixels = overlapPixels };

    /// <summary>The tiles of an image, row by row from the top left. The last of a row or a column is moved back to lie within the image, so all
    /// have the same size; an image that is smaller than a tile has one tile along that side, as long as the image.</summary>
    /// <param name="width">The columns of the image.</param>
    /// <param name="height">The rows of the image.</param>
    /// <exception cref="ScottConfigurationException">A setting is not legal, or the size of a tile is not set.</exception>
    public IReadOnlyList<ImageTile> Cut(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        (int tileHeight, int tileWidth) = Validate();
        int[] lefts = Starts(width, tileWidth), tops = Starts(height, tileHeight);
        (int shownWidth, int shownHeight) = (Math.Min(width, tileWidth), Math.Min(height, tileHeight));
        return [.. from top in tops.Index()
            from left in lefts.Index()
            select new ImageTile(top.Index, left.Index, left.Item, top.Item, shownWidth, shownHeight)];
    }

    /// <summary>These options with the sides that are not set.</summary>
    internal TileOptions WithDefaults(int height, int width) =>
        this with { TileHeight = TileHeight ?? height, TileWidth = TileWidth ?? width };

    /// <summary>Checks every setting, and returns the size of a tile.</summary>
    internal (int Height, int Width) Validate()
    {
        var faults = new FaultList(nameof(TileOptions));
        faults.Require(TileHeight is not null && TileWidth is not null, "TileHeight or TileWidth is not set; expected both.");
        faults.RequireRange(nameof(TileHeight), TileHeight ?? 1, 1, MaximumSide);
        faults.RequireRange(nameof(TileWidth), TileWidth ?? 1, 1, MaximumSide);
        int most = Math.Min(TileHeight ?? MaximumSide, TileWidth ?? MaximumSide) - 1;
        faults.Require(OverlapPixels >= 0 && OverlapPixels <= most, $"OverlapPixels is {OverlapPixels}; expected 0 to {most}, less than a tile.");
        faults.ThrowIfAny();
        return (TileHeight!.Value, TileWidth!.Value);
    }

    private int[] Starts(int length, int tile)
    {
        int step = tile - OverlapPixels;
        int count = length <= tile ? 1 : (int)(((long)length - tile + step - 1) / step) + 1;
        return [.. Enumerable.Range(0, count).Select(i => (int)Math.Min((long)i * step, Math.Max(0, length - tile)))];
    }
}
