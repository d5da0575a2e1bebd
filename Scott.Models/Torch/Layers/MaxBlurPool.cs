using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>Halves a feature map: max-pool 2×2 with stride 1, then a fixed blur [1 2 1]⊗[1 2 1]/16 with stride 2. Nothing to learn.</summary>
/// <remarks>
/// Zhang, "Making convolutional networks shift-invariant again", 2019; reference: <c>src/models/layers/max_blur_pool.py</c> at commit
/// 8b6c6f9.
/// </remarks>
internal sealed class MaxBlurPool() : nn.Module<Tensor, Tensor>(nameof(MaxBlurPool))
{
    /// <summary>[B, C, H, W] → [B, C, H/2, W/2], H and W even.</summary>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        if (ManagedKernels.Handle(input, input.NumberOfElements))
        {
            return MaxBlur.Run(input).MoveToOuterDisposeScope();
        }

        // The 2×2 pool is many times faster on channels-last strides.
        Tensor channelsLast = input.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        Tensor pooled = nn.functional.max_pool2d(channelsLast, kernel_size: 2, stride: 1); // [B, C, H−1, W−1]

        // Made where the input is: TorchSharp does not move a buffer that is no weight along with its module.
        long channels = input.shape[1];
        Tensor row = ScalarMath.Range(3, input.device).Plus(-1).abs().Times(-0.25).Plus(0.5).to_type(input.dtype); // [¼, ½, ¼]
        Tensor kernel = row.outer(row).repeat(channels, 1, 1, 1); // [C, 1, 3, 3]
        return nn.functional.conv2d(pooled, kernel, strides: [2, 2], padding: [1, 1], groups: channels).MoveToOuterDisposeScope();
    }
}
