using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>What torch operations that compute in managed code have in common.</summary>
internal static class ManagedKernels
{
    /// <summary>Whether managed code computes on such a tensor: on the CPU, single precision or bfloat16, and no larger than managed code can see.</summary>
    /// <param name="tensor">What is read.</param>
    /// <param name="largest">The elements of the largest tensor that is read or written.</param>
    public static bool Handle(Tensor tensor, long largest) =>
        tensor.device_type == DeviceType.CPU && tensor.dtype is ScalarType.Float32 or ScalarType.BFloat16 && largest <= int.MaxValue / sizeof(float);

    /// <summary>A contiguous tensor's memory. The tensor must be held as long as it is used.</summary>
    public static Span<T> Elements<T>(this Tensor tensor)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(tensor.bytes);

    /// <summary>Keeps what a backward pass returns until its context goes: native code reads it after the return, where no scope may hold it.</summary>
    public static List<Tensor> Keep(this autograd.AutogradContext context, List<Tensor> gradients)
    {
        context.save_data("gradients", gradients);
        return gradients;
    }
}
