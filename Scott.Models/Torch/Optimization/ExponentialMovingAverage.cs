using TorchSharp;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Scott.Models.Torch;

/// <summary>Lets the parameters of one module follow those of another module: <c>target ← m·target + (1 − m)·source</c>.</summary>
internal static class ExponentialMovingAverage
{
    /// <summary>One update of modules of the same shape; <paramref name="momentum"/> m is in [0, 1].</summary>
    public static void Update(nn.Module target, nn.Module source, double momentum)
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        foreach ((Parameter followed, Parameter follower) in source.parameters().Zip(target.parameters()))
            follower.lerp_(followed, 1 - momentum);
    }
}
