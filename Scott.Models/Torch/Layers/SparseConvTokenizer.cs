using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>The SCOTT tokenizer: convolution 7×7 with stride 2 and <see cref="ReluMaxBlurPool"/>, both twice. With a keep-mask, hidden patches
/// do not influence visible ones, and the convolutions are computed for visible patches only.</summary>
/// <remarks>Paper, section 3.1; reference: <c>SparseCNNTokenizer</c> in <c>src/models/scott.py</c> and <c>sparsify.py</c> at commit
/// 8b6c6f9.</remarks>
internal sealed class SparseConvTokenizer(int channels, int width, PatchGrid patchGrid) : Layer<Tensor?>(nameof(SparseConvTokenizer))
{
    private const int Padding = BackboneLayout.TokenizerKernel / 2;

    /// <summary>If more than this share of the patches is visible, all positions are computed instead of gathering the visible ones.</summary>
    /// <remarks>Fixed, not measured at run time: the two forms round differently, and a resumed run must end in the same bits. Where gathering
    /// starts to win depends on the processor; at this share it wins on all that docs/speed.md lists.</remarks>
    private const double LargestGatheredShare = 0.5;

    [ComponentName(Name = "tokenizer")] private readonly ConvolutionPair _convolutions = new(channels, width);
    [ComponentName(Name = "pool1")] private readonly ReluMaxBlurPool _firstPool = new();
    [ComponentName(Name = "pool2")] private readonly ReluMaxBlurPool _secondPool = new();

    /// <summary>Images [B, C, H, W], normalized, and a keep-mask [B, N], 1 = visible, or <see langword="null"/> for all → tokens [B, N, D].</summary>
    /// <remarks>The tokens of hidden patches are zero.</remarks>
    protected override Tensor Compute(Tensor images, Tensor? keepMask)
    {
        if (keepMask is not null)
            return Forward(images, keepMask, isGathered: null);

        Tensor map = _firstPool.call(_convolutions.First.call(Convolution.ChannelsLast(images))); // [B, 64, H/4, W/4]
        return ToTokens(_secondPool.call(_convolutions.Second.call(map))); // [B, D, H/16, W/16]
    }

    /// <summary>The masked pass: gathers the windows of visible patches, or computes all positions; <see langword="null"/>: what is faster.</summary>
    internal Tensor Forward(Tensor images, Tensor keepMask, bool? isGathered)
    {
        Tensor grid = keepMask.view(-1, 1, patchGrid.Rows, patchGrid.Columns).to_type(images.dtype); // [B, 1, rows, columns]
        var visible = new VisiblePatches(keepMask.view(-1, patchGrid.Rows, patchGrid.Columns));
        bool gathers = isGathered ?? visible.Count <= LargestGatheredShare * keepMask.NumberOfElements;
        Tensor Convolve(Tensor map, Convolution convolution, int outputsPerPatch) => gathers
            ? ConvolveVisible(map, convolution, visible, outputsPerPatch)
            : convolution.call(map) * Enlarge(grid, outputsPerPatch);
        Tensor shown = Convolution.ChannelsLast(images) * Enlarge(grid, 16);
        Tensor map = Convolve(shown, _convolutions.First, outputsPerPatch: 8); // [B, 64, H/2, W/2]
        map = _firstPool.call(map) * Enlarge(grid, 4); // [B, 64, H/4, W/4]
        map = Convolve(map, _convolutions.Second, outputsPerPatch: 2); // [B, D, H/8, W/8]
        return ToTokens(_secondPool.call(map) * grid); // [B, D, H/16, W/16]
    }

    /// <summary>[B, D, rows, columns] → [B, N, D].</summary>
    private static Tensor ToTokens(Tensor map) => map.flatten(2).transpose(1, 2);

    /// <summary>The convolution at the positions of visible patches, zero elsewhere.</summary>
    private static Tensor ConvolveVisible(Tensor map, Convolution convolution, VisiblePatches visible, int outputsPerPatch)
    {
        int outputs = (int)convolution.Weight.shape[0];
        Tensor windows = visible.GatherWindows(map.permute(0, 2, 3, 1), outputsPerPatch, BackboneLayout.TokenizerKernel, Padding); // [M·o·o, 49·C]
        Tensor kernel = convolution.Weight.permute(2, 3, 1, 0).reshape(-1, outputs); // [49·C, outputs]
        Tensor values = windows.matmul(kernel); // [M·o·o, outputs]
        return visible.Scatter(values, outputsPerPatch)
            .view(-1, outputsPerPatch * visible.Grid.Rows, outputsPerPatch * visible.Grid.Columns, outputs)
            .permute(0, 3, 1, 2); // channels-last strides, as the pool wants them
    }

    private static Tensor Enlarge(Tensor grid, int factor) => grid.repeat_interleave(factor, 2).repeat_interleave(factor, 3);

    /// <summary>The two convolutions under the names that the reference's Sequential gives them.</summary>
    private sealed class ConvolutionPair(int channels, int width) : nn.Module(nameof(ConvolutionPair))
    {
        [ComponentName(Name = "0")] public readonly Convolution First = Create(channels, BackboneLayout.TokenizerChannels);
        [ComponentName(Name = "3")] public readonly Convolution Second = Create(BackboneLayout.TokenizerChannels, width);

        private static Convolution Create(int inputs, int outputs) =>
            new(inputs, outputs, BackboneLayout.TokenizerKernel, stride: 2, Padding, hasBias: false);
    }
}
