using System.Numerics.Tensors;

namespace Scott.Models.Metrics;

/// <summary>Measures how similar two vectors are.</summary>
public static class Similarity
{
    private const float ShortestLength = 1e-18f;

    /// <summary>The cosine of the angle between two vectors: 1 for the same direction, −1 for the opposite one. 0 if either is zero.</summary>
    /// <param name="first">D numbers, D at least 1.</param>
    /// <param name="second">D numbers.</param>
    /// <exception cref="ArgumentException">The vectors differ in length, are empty, or have a number that is not finite.</exception>
    public static float Cosine(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        if (first.Length != second.Length || first.IsEmpty)
        {
            string found = $"The vectors have {first.Length} and {Plural.Of(second.Length, "number")}";
            throw new ArgumentException($"{found}; expected two vectors of the same length, at least 1.", nameof(second));
        }

        float lengths = Length(first, nameof(first)) * Length(second, nameof(second));
        return lengths > 0 ? Math.Clamp(TensorPrimitives.Dot(first, second) / lengths, -1, 1) : 0;
    }

    /// <summary>The Euclidean length of a vector; 0 if it is shorter than 1e-18.</summary>
    /// <exception cref="ArgumentException">It is not a number, or too large for single precision.</exception>
    internal static float Length(ReadOnlySpan<float> vector, string parameter)
    {
        float length = Length(vector);
        return float.IsFinite(length) ? length : throw new ArgumentException(
            "A vector has a number that is not finite, or is too long for single precision; expected finite numbers.", parameter);
    }

    /// <summary>The Euclidean length of a vector; 0 if it is shorter than 1e-18. Not finite if a number is not, or if the vector is too long for
    /// single precision.</summary>
    internal static float Length(ReadOnlySpan<float> vector)
    {
        float length = TensorPrimitives.Norm(vector);
        return length < ShortestLength ? 0 : length; // The squares are too small for single precision, and the length is wrong.
    }
}
