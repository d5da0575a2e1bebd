using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>The state of the CPU's random generator, so that a computation with random layers can be repeated with the same draws.</summary>
internal sealed class TorchRandomState
{
    private readonly byte[] _state;

    private TorchRandomState(byte[] state) => _state = state;

    /// <summary>The state that the next draw starts from.</summary>
    public static TorchRandomState Capture()
    {
        using DisposeScope scope = NewDisposeScope();
        return new TorchRandomState(get_rng_state().bytes.ToArray());
    }

    /// <summary>Makes the next draw start from this state.</summary>
    public void Restore()
    {
        using DisposeScope scope = NewDisposeScope();
        set_rng_state(tensor(_state));
    }
}
