using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary><see cref="WindowKernels"/> as a torch operation with a gradient. Torch's own gather looks up every pixel by itself, and its gradient
/// adds them one by one on one thread.</summary>
internal sealed class WindowGather : autograd.SingleTensorFunction<WindowGather>
{
    private const string KernelsKey = "kernels";
    private const string MapShapeKey = "map";

    public override string Name => nameof(WindowGather);

    /// <summary>[B, H, W, C] → [M·o·o, kernel·kernel·C].</summary>
    public static Tensor Run(Tensor map, WindowKernels kernels) => apply(map, kernels);

    public override Tensor forward(autograd.AutogradContext context, params object[] arguments)
    {
        using DisposeScope scope = NewDisposeScope();
        var map = (Tensor)arguments[0];
        var kernels = (WindowKernels)arguments[1];
        context.save_data(KernelsKey, kernels);
        context.save_data(MapShapeKey, map.shape);
        Tensor pixels = map.contiguous();
        Tensor windows = empty([kernels.Windows, kernels.WindowElements], map.dtype, CPU);
        if (map.dtype == ScalarType.BFloat16)
            kernels.Gather<ushort>(pixels.Elements<ushort>(), windows.Elements<ushort>());
        else
            kernels.Gather<float>(pixels.Elements<float>(), windows.Elements<float>());

        return windows.MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext context, Tensor outputGradient)
    {
        using DisposeScope scope = NewDisposeScope();
        var kernels = (WindowKernels)context.get_data(KernelsKey);
        Tensor windows = outputGradient.contiguous();
        Tensor map = empty((long[])context.get_data(MapShapeKey), windows.dtype, CPU);
        if (windows.dtype == ScalarType.BFloat16)
            kernels.Fold<ushort>(windows.Elements<ushort>(), map.Elements<ushort>());
        else
            kernels.Fold<float>(windows.Elements<float>(), map.Elements<float>());

        outputGradient.Dispose(); // Large, and otherwise held by the scope around the whole backward pass.
        return context.Keep([map.MoveToOuterDisposeScope(), null!]);
    }
}
