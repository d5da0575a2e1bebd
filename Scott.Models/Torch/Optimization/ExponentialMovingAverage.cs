using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>Lets one module's parameters follow another's: <c>target ← m·target + (1 − m)·source</c>.</summary>
internal static class ExponentialMovingAverage
{
    /// <param name="target">The module that follows.</param>
    /// <param name="source">A module of the same shape.</param>
    /// <param name="momentum">m, in [0, 1]: 1 leaves the target as it is, 0 copies the source.</param>
    public static void Update(nn.Module target, nn.Module source, double momentum)
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        foreach ((TorchSharp.Modules.Parameter followed, TorchSharp.Modules.Parameter follower) in source.parameters().Zip(target.parameters()))
        {
            follower.lerp_(followed, 1 - momentum);
        }
    }
}
