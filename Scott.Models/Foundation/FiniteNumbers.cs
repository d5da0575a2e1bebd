using System.Numerics.Tensors;

namespace Scott.Models;

/// <summary>Finds numbers that are not finite.</summary>
internal static class FiniteNumbers
{
    /// <summary>Where a NaN is, or else an infinite number; −1 if all numbers are finite.</summary>
    public static int IndexOfOther(ReadOnlySpan<float> numbers)
    {
        int largest = TensorPrimitives.IndexOfMaxMagnitude(numbers);
        return largest < 0 || float.IsFinite(numbers[largest]) ? -1 : largest;
    }
}
