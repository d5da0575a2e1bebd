using System.Numerics.Tensors;

namespace Scott.Models.Foundation;

/// <summary>Turns logits into probabilities that do not depend on each other.</summary>
internal static class Sigmoid
{
    /// <summary>1 / (1 + e⁻ˣ) of each logit; 0 or 1 where a single-precision number cannot come closer.</summary>
    public static float[] Of(ReadOnlySpan<float> logits)
    {
        float[] probabilities = new float[logits.Length];
        TensorPrimitives.Sigmoid(logits, probabilities);
        return probabilities;
    }
}
