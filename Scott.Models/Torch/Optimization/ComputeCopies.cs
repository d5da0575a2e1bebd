using TorchSharp;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Scott.Models.Torch;

/// <summary>
/// Copies of networks in a shorter type that compute in their place. The single-precision networks stay the masters: gradients are added up in
/// them, the optimizer moves them, and the copies follow. Owns no network.
/// </summary>
/// <param name="trained">Each master parameter that gradients are for, and its copy.</param>
/// <param name="followed">Each other master weight that changes, and its copy.</param>
internal sealed class ComputeCopies(IReadOnlyList<(Parameter Master, Parameter Copy)> trained, IReadOnlyList<(Tensor Master, Tensor Copy)> followed)
{
    /// <summary>Adds the copies' gradients to the masters' and forgets them.</summary>
    public void CollectGradients()
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        foreach ((Parameter master, Parameter copy) in trained)
        {
            if (copy.grad is not { } gradient)
            {
                continue;
            }

            if (master.grad is { } sum)
            {
                sum.Plus_(gradient);
            }
            else
            {
                master.grad = gradient.to_type(ScalarType.Float32);
            }

            copy.grad = null;
        }
    }

    /// <summary>Rounds the masters' weights into the copies.</summary>
    public void Follow()
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        foreach ((Tensor master, Tensor copy) in trained.Select(pair => ((Tensor)pair.Master, (Tensor)pair.Copy)).Concat(followed))
        {
            copy.copy_(master);
        }
    }
}
