using TorchSharp;

namespace Scott.Models.Tests.Torch;

/// <summary>Counts torch's tensors for tests that look for leaks.</summary>
internal static class LiveTensors
{
    /// <summary>
    /// The tensors that are left after a garbage collection. Count so before what is tested: tensors that earlier tests left to the finalizer would
    /// disappear meanwhile. Afterwards take <see cref="torch.Tensor.TotalCount"/> itself: nothing may be left to the finalizer.
    /// </summary>
    public static long CountSettled()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return torch.Tensor.TotalCount;
    }
}
