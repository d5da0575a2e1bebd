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
        return squares.Length == 0 ? 0 : Math.Sqrt(stack(squares).sum().item<float>());
    }

    /// <summary>Shortens gradients of a measured <paramref name="length"/> to a maximum, if there is one and they are longer.</summary>
    /// <exception cref="NonFiniteGradientException">A step along these gradients would ruin the weights.</exception>
    public static void Limit(IEnumerable<Parameter> parameters, double length, double? maximum)
    {
        if (!double.IsFinite(length))
            throw new NonFiniteGradientException();

        if (maximum is not { } limit || limit >= length + ClippingEpsilon)
            return;

        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        foreach (Parameter parameter in parameters)
            parameter.grad?.Times_(limit / (length + ClippingEpsilon));
    }
}

/// <summary>A gradient is NaN or infinite. The run that takes the step says which step it was.</summary>
internal sealed class NonFiniteGradientException() : Exception("A gradient is not a finite number.");
