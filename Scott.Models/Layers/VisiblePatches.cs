using static TorchSharp.torch;

namespace Scott.Models.Layers;

/// <summary>The positions of a batch's visible patches, to read tiles around them from a feature map and to write their values into one.</summary>
/// <remarks>Maps are channels-last and flattened to one row per pixel: [B·side·side, C]. Lives inside the dispose scope it is made in.</remarks>
internal sealed class VisiblePatches
{
    private readonly Tensor _image;
    private readonly Tensor _row;
    private readonly Tensor _column;
    private readonly long _batch;

    /// <param name="keepGrid">[B, G, G], not 0 = visible.</param>
    public VisiblePatches(Tensor keepGrid)
    {
        _batch = keepGrid.shape[0];
        GridSide = (int)keepGrid.shape[1];
        Tensor positions = keepGrid.nonzero(); // [M, 3]
        _image = positions.select(1, 0);
        _row = positions.select(1, 1);
        _column = positions.select(1, 2);
    }

    public int GridSide { get; }

    /// <summary>Square tiles that start at each visible patch's cell: [B·side·side, C] → [M·tile·tile, C].</summary>
    public Tensor Gather(Tensor rows, int side, int cell, int tile) => rows.index_select(0, Index(side, cell, tile));

    /// <summary>A map that is zero but for the visible patches' cells: [M·cell·cell, C] → [B·side·side, C].</summary>
    public Tensor Scatter(Tensor values, int side, int cell) =>
        zeros([_batch * side * side, values.shape[1]], dtype: values.dtype, device: values.device)
            .index_copy(0, Index(side, cell, cell), values);

    /// <summary>The row numbers of each tile's pixels, [M·tile·tile].</summary>
    private Tensor Index(int side, int cell, int tile)
    {
        Tensor offset = arange(tile, device: _row.device);
        Tensor row = (_row * cell).unsqueeze(1) + offset; // [M, t]
        Tensor column = (_column * cell).unsqueeze(1) + offset; // [M, t]
        Tensor line = (_image.unsqueeze(1) * side) + row; // [M, t]
        return ((line.unsqueeze(2) * side) + column.unsqueeze(1)).flatten();
    }
}
