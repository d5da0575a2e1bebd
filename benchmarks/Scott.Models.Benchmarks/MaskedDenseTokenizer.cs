using Scott.Models.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Benchmarks;

/// <summary>
/// The SCOTT tokenizer as the reference computes it: every position, then the feature map multiplied by the keep-mask after each step. The
/// measure for the package's own, which computes visible positions only; tests compare the two.
/// </summary>
internal static class MaskedDenseTokenizer
{
    /// <summary>Images [B, 3, S, S] and keep-mask [B, N] → tokens [B, N, D].</summary>
    public static Tensor Forward(Tensor images, Tensor keepMask, Tensor firstKernel, Tensor secondKernel)
    {
        using DisposeScope scope = NewDisposeScope();
        long side = images.shape[2] / 16;
        Tensor grid = keepMask.view(-1, 1, side, side).to_type(images.dtype);
        Tensor map = nn.functional.conv2d(images * Enlarge(grid, 16), firstKernel, strides: [2, 2], padding: [3, 3]) * Enlarge(grid, 8);
        map = MaxBlur(map.relu()) * Enlarge(grid, 4);
        map = nn.functional.conv2d(map, secondKernel, strides: [2, 2], padding: [3, 3]) * Enlarge(grid, 2);
        map = MaxBlur(map.relu()) * grid;
        return map.flatten(2).transpose(1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>The two kernels of a model's weights.</summary>
    public static (Tensor First, Tensor Second) Kernels(WeightSet weights)
    {
        WeightTensor first = weights["tokenizer.tokenizer.0.weight"];
        WeightTensor second = weights["tokenizer.tokenizer.3.weight"];
        return (tensor(first.ToArray(), first.Shape, requires_grad: true), tensor(second.ToArray(), second.Shape, requires_grad: true));
    }

    private static Tensor Enlarge(Tensor grid, int factor) => grid.repeat_interleave(factor, 2).repeat_interleave(factor, 3);

    private static Tensor MaxBlur(Tensor map)
    {
        long channels = map.shape[1];
        Tensor row = tensor([0.25f, 0.5f, 0.25f], device: map.device).to_type(map.dtype);
        Tensor channelsLast = map.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        Tensor pooled = nn.functional.max_pool2d(channelsLast, kernel_size: 2, stride: 1);
        return nn.functional.conv2d(pooled, row.outer(row).repeat(channels, 1, 1, 1), strides: [2, 2], padding: [1, 1], groups: channels);
    }
}
