using System.Numerics.Tensors;

namespace Scott.Models.Foundation;

/// <summary>Turns logits into probabilities.</summary>
internal static class Softmax
{
    /// <summary>Turns each row of logits into probabilities: [M, C] → [M, C], row-major.</summary>
    public static float[] OfRows(ReadOnlySpan<float> logits, int classes)
    {
        float[] probabilities = new float[logits.Length];
        for (int at = 0; at + classes <= logits.Length; at += classes)
        {
            ReadOnlySpan<float> row = logits.Slice(at, classes);
            Span<float> target = probabilities.AsSpan(at, classes);
            TensorPrimitives.Subtract(row, TensorPrimitives.Max(row), target); // Otherwise the softmax of large numbers overflows.
            TensorPrimitives.SoftMax(target, target);
        }

        return probabilities;
    }
}
