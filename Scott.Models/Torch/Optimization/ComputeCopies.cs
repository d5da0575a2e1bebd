using TorchSharp;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Scott.Models.Torch;

/// <summary>Copies of networks in a shorter type that compute in their place. The single-precision networks stay the masters: they collect the
/// gradients, the optimizer changes them, and the copies follow. Pairs are the trained parameters, and the other weights that change. Owns no
/// network.</summary>
internal sealed class ComputeCopies(IReadOnlyList<(Parameter Master, Parameter Copy)> trained, IReadOnlyList<(Tensor Master, Tensor Copy)> followed)
{
    /// <summary>Moves the copies' gradients to the masters, adding to what is there.</summary>
    public void CollectGradients()
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        foreach ((Parameter master, Parameter copy) in trained)
        {
            if (copy.grad is not { } gradient)
                continue;
            if (master.grad is { } sum)
                sum.Plus_(gradient);
            else
                master.grad = gradient.to_type(ScalarType.Float32);

            copy.grad = null;
        }
    }

    /// <summary>Rounds the masters' weights into the copies.</summary>
    public void Follow()
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        foreach ((Tensor master, Tensor copy) in trained.Select(pair => ((Tensor)pair.Master, (Tensor)pair.Copy)).Concat(followed))
            copy.copy_(master);
    }
}
