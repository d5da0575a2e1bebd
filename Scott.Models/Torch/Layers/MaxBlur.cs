using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>
/// <see cref="MaxBlurKernels"/> as an operation of torch with a gradient. Torch's pool keeps an index of 8 bytes for each output, and its
/// depthwise convolution is slow to differentiate in bfloat16.
/// </summary>
internal sealed class MaxBlur : autograd.SingleTensorFunction<MaxBlur>
{
    public override string Name => nameof(MaxBlur);

    /// <summary>[B, C, H, W] → [B, C, H/2, W/2], channels-last strides. A map that <see cref="ManagedKernels"/> handle, fastest with such strides too.</summary>
    public static Tensor Run(Tensor map) => apply(map);

    public override Tensor forward(autograd.AutogradContext context, params object[] arguments)
    {
        using DisposeScope scope = NewDisposeScope();
        var map = (Tensor)arguments[0];
        context.save_for_backward([map]);
        Tensor input = ChannelsLast(map);
        Tensor output = empty([input.shape[0], input.shape[1] / 2, input.shape[2] / 2, input.shape[3]], map.dtype, CPU);
        MaxBlurKernels kernels = Kernels(input);
        if (map.dtype == ScalarType.BFloat16)
        {
            kernels.Forward<ushort>(input.Elements<ushort>(), output.Elements<ushort>());
        }
        else
        {
            kernels.Forward<float>(input.Elements<float>(), output.Elements<float>());
        }

        return output.permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext context, Tensor outputGradient)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor input = ChannelsLast(context.get_saved_variables()[0]);
        Tensor output = ChannelsLast(outputGradient);
        Tensor gradient = empty(input.shape, input.dtype, CPU);
        MaxBlurKernels kernels = Kernels(input);
        if (input.dtype == ScalarType.BFloat16)
        {
            kernels.Backward<ushort>(input.Elements<ushort>(), output.Elements<ushort>(), gradient.Elements<ushort>());
        }
        else
        {
            kernels.Backward<float>(input.Elements<float>(), output.Elements<float>(), gradient.Elements<float>());
        }

        outputGradient.Dispose(); // Large, and otherwise held by the scope around the whole backward pass.
        return context.Keep([gradient.permute(0, 3, 1, 2).MoveToOuterDisposeScope()]);
    }

    /// <summary>[B, C, H, W] → [B, H, W, C], contiguous.</summary>
    private static Tensor ChannelsLast(Tensor map) => map.detach().permute(0, 2, 3, 1).contiguous();

    private static MaxBlurKernels Kernels(Tensor input) =>
        new((int)input.shape[0], (int)input.shape[1], (int)input.shape[2], (int)input.shape[3], get_num_threads());
}
