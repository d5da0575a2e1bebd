using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>
/// Arithmetic of tensors and numbers, and sums of tensors, which take a factor in torch. TorchSharp's own operators create a <see cref="Scalar"/>
/// that nothing holds while the native call reads it: a garbage collection at that moment frees it, and the call fails or reads freed memory. Here
/// each scalar lives until its call returns.
/// </summary>
/// <remarks>As in torch, a trailing underscore means that the method changes the tensor and returns it.</remarks>
internal static class ScalarMath
{
    public static Tensor Plus(this Tensor tensor, double number)
    {
        using Scalar scalar = number.ToScalar(), one = 1.ToScalar();
        return tensor.add(scalar, one);
    }

    public static Tensor Plus(this Tensor tensor, Tensor other)
    {
        using Scalar one = 1.ToScalar();
        return tensor.add(other, one);
    }

    public static Tensor Times(this Tensor tensor, double number) => Call(tensor.mul, number.ToScalar());

    /// <summary>Does not turn integers into floating-point numbers.</summary>
    public static Tensor Times(this Tensor tensor, int number) => Call(tensor.mul, number.ToScalar());

    public static Tensor Over(this Tensor tensor, double number)
    {
        using Scalar scalar = number.ToScalar();
        return tensor.div(scalar);
    }

    public static Tensor AtLeast(this Tensor tensor, double number) => Call(tensor.clamp_min, number.ToScalar());

    /// <summary>True where an element is smaller.</summary>
    public static Tensor IsBelow(this Tensor tensor, double number) => Call(tensor.lt, number.ToScalar());

    public static Tensor Plus_(this Tensor tensor, double number)
    {
        using Scalar scalar = number.ToScalar(), one = 1.ToScalar();
        return tensor.add_(scalar, one);
    }

    public static Tensor Plus_(this Tensor tensor, Tensor other)
    {
        using Scalar one = 1.ToScalar();
        return tensor.add_(other, one);
    }

    public static Tensor Times_(this Tensor tensor, double number) => Call(tensor.mul_, number.ToScalar());

    public static Tensor Over_(this Tensor tensor, double number)
    {
        using Scalar scalar = number.ToScalar();
        return tensor.div_(scalar);
    }

    /// <summary>Adds <paramref name="number"/> · <paramref name="first"/> · <paramref name="second"/>.</summary>
    public static Tensor PlusProduct_(this Tensor tensor, Tensor first, Tensor second, double number)
    {
        using Scalar scalar = number.ToScalar();
        return tensor.addcmul_(first, second, scalar);
    }

    /// <summary>Adds <paramref name="number"/> · <paramref name="dividend"/> / <paramref name="divisor"/>.</summary>
    public static Tensor PlusQuotient_(this Tensor tensor, Tensor dividend, Tensor divisor, double number)
    {
        using Scalar scalar = number.ToScalar();
        return tensor.addcdiv_(dividend, divisor, scalar);
    }

    /// <summary>Each element times itself; torch's own square takes its exponent as a scalar.</summary>
    public static Tensor Squared(this Tensor tensor) => tensor.mul(tensor);

    /// <summary>0, 1, … <paramref name="count"/> − 1, as 64-bit numbers.</summary>
    public static Tensor Range(int count, Device device)
    {
        using Scalar start = 0L.ToScalar(), end = ((long)count).ToScalar(), step = 1L.ToScalar();
        return arange(start, end, step, device: device);
    }

    /// <summary>Calls an operation and holds the scalar until it returns.</summary>
    private static Tensor Call(Func<Scalar, Tensor> operation, Scalar number)
    {
        using Scalar held = number;
        return operation(held);
    }
}
