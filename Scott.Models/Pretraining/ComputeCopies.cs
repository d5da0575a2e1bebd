using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Scott.Models.Pretraining;

/// <summary>
/// Copies of the networks in a shorter type that compute in their place. The single-precision networks stay the masters: gradients are added up in
/// them, the optimizer and the EMA move them, and the copies follow. Owns the copies.
/// </summary>
internal sealed class ComputeCopies : IDisposable
{
    private readonly JepaNetworks _masters;

    /// <param name="masters">The single-precision networks.</param>
    /// <param name="copies">Networks of the same shapes, in the shorter type.</param>
    public ComputeCopies(JepaNetworks masters, JepaNetworks copies)
    {
        _masters = masters;
        Networks = copies;
    }

    public JepaNetworks Networks { get; }

    /// <summary>Adds the copies' gradients to the masters' and forgets them.</summary>
    public void CollectGradients()
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        foreach ((Parameter master, Parameter copy) in _masters.TrainedParameters().Zip(Networks.TrainedParameters()))
        {
            if (copy.grad is not { } gradient)
            {
                continue;
            }

            if (master.grad is { } sum)
            {
                sum.add_(gradient);
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
        foreach ((Tensor master, Tensor copy) in Weights(_masters).Zip(Weights(Networks)))
        {
            copy.copy_(master);
        }
    }

    public void Dispose() => Networks.Dispose();

    private static IEnumerable<Tensor> Weights(JepaNetworks networks) => networks.TrainedParameters().Concat(networks.Target.parameters());
}
