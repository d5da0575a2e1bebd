using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Native;

/// <summary>Lets a computation with random layers be repeated on the same device with the same draws.</summary>
/// <remarks>
/// The CPU's generator state is saved and set. TorchSharp does not give access to CUDA's, so there the generator is seeded from the CPU's
/// instead, which repeats just as well.
/// </remarks>
internal sealed class TorchRandomState
{
    private readonly byte[] _cpuState = [];
    private readonly long _cudaSeed;
    private readonly bool _isCuda;

    private TorchRandomState(byte[] cpuState) => _cpuState = cpuState;

    private TorchRandomState(long cudaSeed)
    {
        _cudaSeed = cudaSeed;
        _isCuda = true;
    }

    /// <summary>The state that the next draw on this device starts from.</summary>
    /// <exception cref="NotSupportedException">The device is neither the CPU nor a CUDA GPU.</exception>
    public static TorchRandomState Capture(Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        switch (device.type)
        {
            case DeviceType.CPU:
                return new TorchRandomState(get_rng_state().bytes.ToArray());
            case DeviceType.CUDA:
                var state = new TorchRandomState(randint(long.MaxValue, [1], dtype: ScalarType.Int64).item<long>());
                state.Restore();
                return state;
            default:
                throw new NotSupportedException($"The random state of device '{device}' cannot be repeated; turn activation checkpointing off there.");
        }
    }

    /// <summary>Makes the next draw start from this state.</summary>
    public void Restore()
    {
        if (_isCuda)
        {
            cuda.manual_seed(_cudaSeed);
            return;
        }

        using DisposeScope scope = NewDisposeScope();
        set_rng_state(tensor(_cpuState));
    }
}
