using Scott.Models.Native;
using static TorchSharp.torch;

namespace Scott.Models.Layers;

/// <summary>The positions of a batch's visible patches, to read a convolution's windows there from a feature map and to write values back.</summary>
/// <remarks>Maps are channels-last and flattened to one row per pixel: [B·side·side, C]. Lives inside the dispose scope it is made in.</remarks>
internal sealed class VisiblePatches
{
    private const int Stride = 2;

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

    /// <summary>What a kernel of stride 2 sees at each of a visible patch's o×o outputs: [B·side·side, C] → [M·o·o, kernel·kernel·C].</summary>
    public Tensor GatherWindows(Tensor pixels, int side, int outputsPerPatch, int kernel)
    {
        Tensor output = ScalarMath.Range(outputsPerPatch, _row.device).Times(Stride);
        Tensor top = _row.Times(outputsPerPatch * Stride).unsqueeze(1).Plus(output).unsqueeze(2); // [M, o, 1]
        Tensor left = _column.Times(outputsPerPatch * Stride).unsqueeze(1).Plus(output).unsqueeze(1); // [M, 1, o]
        Tensor corner = _image.view(-1, 1, 1).Times(side).Plus(top).Times(side).Plus(left); // [M, o, o]
        Tensor inside = ScalarMath.Range(kernel, _row.device);
        Tensor offset = inside.Times(side).unsqueeze(1).Plus(inside).flatten(); // [kernel·kernel]
        Tensor index = corner.flatten().unsqueeze(1).Plus(offset).flatten();
        return pixels.index_select(0, index).view(-1, kernel * kernel * pixels.shape[1]);
    }

    /// <summary>A map that is zero but for the visible patches' cells: [M·cell·cell, C] → [B·side·side, C].</summary>
    public Tensor Scatter(Tensor values, int side, int cell)
    {
        Tensor inside = ScalarMath.Range(cell, _row.device);
        Tensor row = _image.Times(side).Plus(_row.Times(cell)).unsqueeze(1).Plus(inside); // [M, cell], counted over the whole batch
        Tensor column = _column.Times(cell).unsqueeze(1).Plus(inside); // [M, cell]
        Tensor index = row.unsqueeze(2).Times(side).Plus(column.unsqueeze(1)).flatten();
        return zeros([_batch * side * side, values.shape[1]], dtype: values.dtype, device: values.device).index_copy(0, index, values);
    }
}
