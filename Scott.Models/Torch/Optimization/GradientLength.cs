using TorchSharp;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Scott.Models.Torch;

/// <summary>Measures and shortens gradients, over many parameters as if they were one vector.</summary>
internal static class GradientLength
{
    private const double ClippingEpsilon = 1e-6; // As in PyTorch's clip_grad_norm_.

    /// <summary>The Euclidean norm; 0 if no parameter has a gradient.</summary>
    public static double Measure(IEnumerable<Parameter> parameters)
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor[] squares = [.. parameters.Select(parameter => parameter.grad).OfType<Tensor>().Select(gradient => gradient.Squared().sum())];
        return squares.Length == 0 ? 0 : Math.Sqrt(stack(squares).sum().to_type(ScalarType.Float64).item<double>());
    }

    /// <summary>Shortens gradients of a measured <paramref name="length"/> to a maximum, if there is one and they are longer.</summary>
    public static void Limit(IEnumerable<Parameter> parameters, double length, double? maximum)
    {
        if (maximum is not { } limit || limit >= length + ClippingEpsilon)
            return;

        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        foreach (Parameter parameter in parameters)
            parameter.grad?.Times_(limit / (length + ClippingEpsilon));
    }
}
