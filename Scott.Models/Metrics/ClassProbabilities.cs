using System.Numerics.Tensors;

namespace Scott.Models.Metrics;

/// <summary>What is read off probabilities of classes, [M, C] row-major.</summary>
internal static class ClassProbabilities
{
    /// <summary>How far from 1 an image's probabilities may sum: half precision is enough.</summary>
    private const float SumTolerance = 0.01f;

    /// <exception cref="ArgumentException">The sizes do not fit, or a row is no distribution.</exception>
    public static void Require(ReadOnlySpan<float> probabilities, int images, int classes)
    {
        RequireSize(probabilities.Length, images, classes);
        for (int i = 0; i < images; i++)
        {
            ReadOnlySpan<float> row = probabilities.Slice(i * classes, classes);
            float sum = TensorPrimitives.Sum(row);

            // Written so that what is no number fails as well.
            if (!(TensorPrimitives.Min(row) >= 0 && MathF.Abs(sum - 1) <= SumTolerance))
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"The probabilities of image {i} are {TensorPrimitives.Min(row)} or more and sum to {sum}; expected 0 or more and a sum of 1. Give logits to FromLogits."), nameof(probabilities));
            }
        }
    }

    /// <summary>Rows of logits → rows of probabilities.</summary>
    public static float[] Softmax(ReadOnlySpan<float> logits, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        for (int at = 0; at + classes <= logits.Length; at += classes)
        {
            ReadOnlySpan<float> row = logits.Slice(at, classes);
            if (TensorPrimitives.IndexOfMaxMagnitude(row) is var largest && !float.IsFinite(row[largest]))
            {
                throw new ArgumentException(FormattableString.Invariant($"A logit of image {at / classes} is {row[largest]}; expected a finite number."), nameof(logits));
            }

        }

        return Foundation.Softmax.OfRows(logits, classes);
    }

    /// <summary>The first class of those with the highest probability.</summary>
    public static int MostLikely(ReadOnlySpan<float> row) => row.IndexOf(TensorPrimitives.Max(row));

    /// <summary>The share of images whose right class is among the <paramref name="count"/> most likely; of equal ones the first come first.</summary>
    public static double ShareAmongMostLikely(ReadOnlySpan<float> probabilities, IReadOnlyList<int> labels, int count)
    {
        int classes = probabilities.Length / labels.Count;
        int found = 0;
        for (int i = 0; i < labels.Count; i++)
        {
            found += Rank(probabilities.Slice(i * classes, classes), labels[i]) < count ? 1 : 0;
        }

        return (double)found / labels.Count;
    }

    private static int Rank(ReadOnlySpan<float> row, int label)
    {
        int before = 0;
        for (int other = 0; other < row.Length; other++)
        {
            before += row[other] > row[label] || (row[other] == row[label] && other < label) ? 1 : 0;
        }

        return before;
    }

    private static void RequireSize(int length, int images, int classes)
    {
        if (images == 0 || classes == 0)
        {
            throw new ArgumentException($"There are {Plural.Of(images, "label")} and {Plural.Of(classes, "class", "classes")}; expected at least one of each.", nameof(images));
        }

        if (length != (long)images * classes)
        {
            throw new ArgumentException($"There are {Plural.Of(length, "probability", "probabilities")} for {Plural.Of(images, "label")} and {Plural.Of(classes, "class", "classes")}; expected {(long)images * classes}.", nameof(length));
        }
    }
}
