using System.Globalization;
using Scott.Models.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Tests.Parity;

/// <summary>Compares tensors with golden numbers at the tolerances that those are given with.</summary>
internal static class Closeness
{
    /// <summary>Outputs: 2e-5 absolute plus 1e-4 relative.</summary>
    public static void AssertOutput(WeightTensor expected, Tensor actual) => Assert(expected, actual, (value, _) => 2e-5 + (1e-4 * Math.Abs(value)));

    /// <summary>Gradients: 1e-4 of the tensor's largest entry.</summary>
    public static void AssertGradient(WeightTensor expected, Tensor actual) => Assert(expected, actual, (_, largest) => 1e-4 * largest);

    public static void Assert(WeightTensor expected, Tensor actual, Func<double, double, double> tolerance)
    {
        float[] wanted = expected.ToArray();
        float[] found = Values(actual);
        Xunit.Assert.Equal(expected.ElementCount, found.Length);
        double largest = wanted.Length == 0 ? 0 : wanted.Max(Math.Abs);
        for (int i = 0; i < wanted.Length; i++)
        {
            double allowed = tolerance(wanted[i], largest);
            Xunit.Assert.True(
                Math.Abs(wanted[i] - found[i]) <= allowed,
                string.Create(CultureInfo.InvariantCulture, $"{expected.Name}[{i}]: expected {wanted[i]}, found {found[i]}, allowed ±{allowed}"));
        }
    }

    public static float[] Values(Tensor tensor)
    {
        using DisposeScope scope = NewDisposeScope();
        return tensor.detach().to_type(ScalarType.Float32).contiguous().data<float>().ToArray();
    }

    /// <summary>The largest absolute difference of two arrays of one length. NaN if there is any: <c>Enumerable.Max</c> passes over it.</summary>
    public static double Largest(float[] a, float[] b)
    {
        Xunit.Assert.Equal(a.Length, b.Length);
        return a.Zip(b, (one, other) => Math.Abs((double)one - other)).Aggregate(0.0, Math.Max);
    }

    /// <summary>The largest absolute difference of two tensors of one shape.</summary>
    public static double Largest(Tensor a, Tensor b)
    {
        using DisposeScope scope = NewDisposeScope();
        Xunit.Assert.Equal(a.shape, b.shape);
        return (a.detach() - b.detach()).abs().max().to_type(ScalarType.Float64).item<double>();
    }
}
