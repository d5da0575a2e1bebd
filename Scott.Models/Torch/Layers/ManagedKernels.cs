using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>What torch operations in managed code share.</summary>
internal static class ManagedKernels
{
    /// <summary>Whether managed code can compute on a tensor: on the CPU, single precision or bfloat16, and no tensor too large for a span.</summary>
    public static bool Handle(Tensor tensor, long largest) =>
        tensor.device_type == DeviceType.CPU && tensor.dtype is ScalarType.Float32 or ScalarType.BFloat16 && largest <= int.MaxValue / sizeof(float);

    /// <summary>A contiguous tensor's memory. Keep a reference to the tensor while you use it.</summary>
    public static Span<T> Elements<T>(this Tensor tensor)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(tensor.bytes);

    /// <summary>Keeps the result of a backward pass as long as its context: native code reads it after the return, outside every scope.</summary>
    public static List<Tensor> Keep(this autograd.AutogradContext context, List<Tensor> gradients)
    {
        context.save_data("gradients", gradients);
        return gradients;
    }
}
