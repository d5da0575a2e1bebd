using System.Numerics.Tensors;

namespace Scott.Models.Metrics;

/// <summary>How alike two vectors are.</summary>
public static class Similarity
{
    /// <summary>The cosine of the angle between two vectors: 1 for the same direction, −1 for the opposite one. 0 if either is zero.</summary>
    /// <param name="first">D numbers.</param>
    /// <param name="second">As many.</param>
    /// <exception cref="ArgumentException">The vectors differ in length, or are empty.</exception>
    public static float Cosine(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        if (first.Length != second.Length || first.IsEmpty)
        {
            throw new ArgumentException(
                $"The vectors have {first.Length} and {Plural.Of(second.Length, "number")}; expected as many, at least one.", nameof(second));
        }

        float lengths = TensorPrimitives.Norm(first) * TensorPrimitives.Norm(second);
        return lengths > 0 ? Math.Clamp(TensorPrimitives.Dot(first, second) / lengths, -1, 1) : 0;
    }
}
