using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>The positions of a batch's visible patches: reads a convolution's windows there from a feature map, and writes values back.</summary>
/// <remarks>Maps are channels-last. Lives as long as the dispose scope it is made in.</remarks>
internal sealed class VisiblePatches
{
    private readonly Tensor _positions;
    private readonly Tensor _image;
    private readonly Tensor _row;
    private readonly Tensor _column;
    private readonly long _batch;

    /// <param name="keepGrid">[B, rows, columns], not 0 = visible.</param>
    public VisiblePatches(Tensor keepGrid)
    {
        _batch = keepGrid.shape[0];
        Grid = new PatchGrid((int)keepGrid.shape[1], (int)keepGrid.shape[2]);
        _positions = keepGrid.nonzero(); // [M, 3]
        _image = _positions.select(1, 0);
        _row = _positions.select(1, 1);
        _column = _positions.select(1, 2);
    }

    public PatchGrid Grid { get; }

    /// <summary>M: the visible patches of the whole batch.</summary>
    public long Count => _positions.shape[0];

    /// <summary>The windows of a stride-2 kernel at the o×o outputs of each visible patch: [B, H, W, C] → [M·o·o, kernel·kernel·C].</summary>
    public Tensor GatherWindows(Tensor map, int outputsPerPatch, int kernel, int padding)
    {
        long windowElements = _positions.shape[0] * outputsPerPatch * outputsPerPatch * kernel * kernel * map.shape[3];
        if (!ManagedKernels.Handle(map, Math.Max(map.NumberOfElements, windowElements)))
            return LookUpWindows(map, outputsPerPatch, kernel, padding);

        var shape = new WindowShape((int)map.shape[1], (int)map.shape[2], (int)map.shape[3], outputsPerPatch, kernel, padding);
        using DisposeScope scope = NewDisposeScope(); // For autograd's own tensor, which is as large as the windows.
        var kernels = new WindowKernels(_positions.contiguous().Elements<long>().ToArray(), (int)_batch, shape, get_num_threads());
        return WindowGather.Run(map, kernels).MoveToOuterDisposeScope();
    }

    /// <summary>The same with torch's own operations, on every device.</summary>
    private Tensor LookUpWindows(Tensor map, int outputsPerPatch, int kernel, int padding)
    {
        // Pads left and top by the kernel's padding, and right and bottom only by what the last output needs.
        Tensor padded = nn.functional.pad(map, [0, 0, padding, padding - 1, padding, padding - 1]); // [B, H+5, W+5, C]
        Tensor pixels = padded.reshape(-1, map.shape[3]); // [B·(H+5)·(W+5), C]
        (int height, int width) = ((int)padded.shape[1], (int)padded.shape[2]);
        Tensor output = ScalarMath.Range(outputsPerPatch, _row.device).Times(WindowShape.Stride);
        Tensor top = _row.Times(outputsPerPatch * WindowShape.Stride).unsqueeze(1).Plus(output).unsqueeze(2); // [M, o, 1]
        Tensor left = _column.Times(outputsPerPatch * WindowShape.Stride).unsqueeze(1).Plus(output).unsqueeze(1); // [M, 1, o]
        Tensor corner = _image.view(-1, 1, 1).Times(height).Plus(top).Times(width).Plus(left); // [M, o, o]
        Tensor inside = ScalarMath.Range(kernel, _row.device);
        Tensor offset = inside.Times(width).unsqueeze(1).Plus(inside).flatten(); // [kernel·kernel]
        Tensor index = corner.flatten().unsqueeze(1).Plus(offset).flatten();
        return pixels.index_select(0, index).view(-1, kernel * kernel * map.shape[3]);
    }

    /// <summary>A map with the values in the cells of visible patches, and zeros elsewhere: [M·cell·cell, C] → [B·H·W, C],
    /// where H and W are the grid's rows and columns, each <c>cell</c> times.</summary>
    public Tensor Scatter(Tensor values, int cell)
    {
        (int height, int width) = (Grid.Rows * cell, Grid.Columns * cell);
        Tensor inside = ScalarMath.Range(cell, _row.device);
        Tensor row = _image.Times(height).Plus(_row.Times(cell)).unsqueeze(1).Plus(inside); // [M, cell], counted over the whole batch
        Tensor column = _column.Times(cell).unsqueeze(1).Plus(inside); // [M, cell]
        Tensor index = row.unsqueeze(2).Times(width).Plus(column.unsqueeze(1)).flatten();
        return zeros([_batch * height * width, values.shape[1]], dtype: values.dtype, device: values.device).index_copy(0, index, values);
    }
}
