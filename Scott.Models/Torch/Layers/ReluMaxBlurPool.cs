using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>ReLU, then halves a feature map: max-pool 2×2 with stride 1, then a fixed blur [1 2 1]⊗[1 2 1]/16 with stride 2. It has no
/// weights.</summary>
/// <remarks>The reference has ReLU before the pool as a layer of its own. The maximum of ReLUs is the ReLU of the maximum, so that one pass over the
/// map does both. Zhang, "Making convolutional networks shift-invariant again", 2019; reference: <c>src/models/layers/max_blur_pool.py</c> at commit
/// 8b6c6f9.</remarks>
internal sealed class ReluMaxBlurPool() : Layer(nameof(ReluMaxBlurPool))
{
    /// <summary>[B, C, H, W] → [B, C, H/2, W/2], H and W even.</summary>
    protected override Tensor Compute(Tensor input)
    {
        if (ManagedKernels.Handle(input, input.NumberOfElements))
            return ReluMaxBlur.Run(input);

        Tensor pooled = nn.functional.max_pool2d(Convolution.ChannelsLast(input), kernel_size: 2, stride: 1).relu(); // [B, C, H−1, W−1]

        // Created on the input's device: when a module moves, TorchSharp does not move a buffer that is not a weight.
        long channels = input.shape[1];
        Tensor row = ScalarMath.Range(3, input.device).Plus(-1).abs().Times(-0.25).Plus(0.5).to_type(input.dtype); // [¼, ½, ¼]
        Tensor kernel = row.outer(row).repeat(channels, 1, 1, 1); // [C, 1, 3, 3]
        return nn.functional.conv2d(pooled, kernel, strides: [2, 2], padding: [1, 1], groups: channels);
    }
}

/// <summary><see cref="ReluMaxBlurKernels"/> as a torch operation with a gradient. Torch's own pool keeps an index of 8 bytes for each output, and
/// the backward pass of its depthwise convolution is slow in bfloat16.</summary>
internal sealed class ReluMaxBlur : autograd.SingleTensorFunction<ReluMaxBlur>
{
    public override string Name => nameof(ReluMaxBlur);

    /// <summary>[B, C, H, W] → [B, C, H/2, W/2], channels-last strides; fastest if the map has such strides too.</summary>
    public static Tensor Run(Tensor map) => apply(map);

    public override Tensor forward(autograd.AutogradContext context, params object[] arguments)
    {
        using DisposeScope scope = NewDisposeScope();
        var map = (Tensor)arguments[0];
        context.save_for_backward([map]);
        Tensor input = ChannelsLast(map);
        Tensor output = empty([input.shape[0], input.shape[1] / 2, input.shape[2] / 2, input.shape[3]], map.dtype, CPU);
        ReluMaxBlurKernels kernels = Kernels(input);
        if (map.dtype == ScalarType.BFloat16)
            kernels.Forward<ushort>(input.Elements<ushort>(), output.Elements<ushort>());
        else
            kernels.Forward<float>(input.Elements<float>(), output.Elements<float>());

        return output.permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext context, Tensor outputGradient)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor input = ChannelsLast(context.get_saved_variables()[0]);
        Tensor output = ChannelsLast(outputGradient);
        Tensor gradient = empty(input.shape, input.dtype, CPU);
        ReluMaxBlurKernels kernels = Kernels(input);
        if (input.dtype == ScalarType.BFloat16)
            kernels.Backward<ushort>(input.Elements<ushort>(), output.Elements<ushort>(), gradient.Elements<ushort>());
        else
            kernels.Backward<float>(input.Elements<float>(), output.Elements<float>(), gradient.Elements<float>());

        outputGradient.Dispose(); // Large, and otherwise held by the scope around the whole backward pass.
        return context.Keep([gradient.permute(0, 3, 1, 2).MoveToOuterDisposeScope()]);
    }

    /// <summary>[B, C, H, W] → [B, H, W, C], contiguous.</summary>
    private static Tensor ChannelsLast(Tensor map) => map.detach().permute(0, 2, 3, 1).contiguous();

    private static ReluMaxBlurKernels Kernels(Tensor input) =>
        new((int)input.shape[0], (int)input.shape[1], (int)input.shape[2], (int)input.shape[3], get_num_threads());
}
