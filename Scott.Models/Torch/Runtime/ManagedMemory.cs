using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>Leads numbers from managed memory to torch.</summary>
internal static class ManagedMemory
{
    /// <summary>A copy in torch's own memory, on a device. Tensors that are made of arrays share managed memory, which is not always aligned, and
    /// matrix products of unaligned numbers differ in the last bits. So what enters a network, or is a weight, is copied by this.</summary>
    public static Tensor CopyTo(this Tensor shared, Device device) => shared.to(device, copy: true);
}
