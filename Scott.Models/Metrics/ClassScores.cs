using System.Numerics.Tensors;

namespace Scott.Models.Metrics;

/// <summary>Checks and evaluates the scores of classes, [M, C] row-major: probabilities, logits or votes.</summary>
internal static class ClassScores
{
    /// <summary>How much the sum of an image's probabilities may differ from 1. This allows half precision.</summary>
    private const float SumTolerance = 0.01f;

    /// <exception cref="ArgumentException">The sizes do not fit, or a row is no distribution.</exception>
    public static void RequireProbabilities(ReadOnlySpan<float> probabilities, int images, int classes)
    {
        string given = $"{Plural.Of(images, "label")} and {Plural.Of(classes, "class", "classes")}";
        if (images == 0 || classes == 0)
            throw new ArgumentException($"There are {given}; expected at least one of each.", nameof(images));

        if (probabilities.Length != (long)images * classes)
        {
            string found = Plural.Of(probabilities.Length, "probability", "probabilities");
            throw new ArgumentException($"There are {found} for {given}; expected {(long)images * classes}.", nameof(probabilities));
        }

        for (int i = 0; i < images; i++)
        {
            ReadOnlySpan<float> row = probabilities.Slice(i * classes, classes);
            (float least, float sum) = (TensorPrimitives.Min(row), TensorPrimitives.Sum(row));

            // Written so that NaN fails as well.
            if (!(least >= 0 && MathF.Abs(sum - 1) <= SumTolerance))
            {
                string found = FormattableString.Invariant($"The probabilities of image {i} have the minimum {least} and the sum {sum}");
                throw new ArgumentException($"{found}; expected 0 or more and a sum of 1. Give logits to FromLogits.", nameof(probabilities));
            }
        }
    }

    /// <summary>Rows of logits → rows of probabilities.</summary>
    /// <exception cref="ArgumentException">A logit is not finite.</exception>
    public static float[] Softmax(ReadOnlySpan<float> logits, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        if (FiniteNumbers.IndexOfOther(logits) is >= 0 and int largest)
        {
            string found = FormattableString.Invariant($"A logit of image {largest / classes} is {logits[largest]}");
            throw new ArgumentException($"{found}; expected a finite number.", nameof(logits));
        }

        return Foundation.Softmax.OfRows(logits, classes);
    }

    /// <summary>The share of images whose label has the highest score. If several scores are the highest, the first class counts.</summary>
    public static double Accuracy(double[] scores, IReadOnlyList<int> labels, int classes) =>
        labels.Where((label, i) => TensorPrimitives.IndexOfMax<double>(scores.AsSpan(i * classes, classes)) == label).Count() / (double)labels.Count;

    /// <summary>The share of images whose label is among the <paramref name="count"/> most likely classes; 1 if there are no more classes.</summary>
    /// <remarks>Equal classes keep their order. A class of probability 0 is not likely: otherwise nearest neighbors would rank classes without votes
    /// by number.</remarks>
    public static double ShareAmongMostLikely(ReadOnlySpan<float> probabilities, IReadOnlyList<int> labels, int count)
    {
        int classes = probabilities.Length / labels.Count;
        if (classes <= count)
            return 1;

        int found = 0;
        for (int i = 0; i < labels.Count; i++)
        {
            ReadOnlySpan<float> row = probabilities.Slice(i * classes, classes);
            found += row[labels[i]] > 0 && Rank(row, labels[i]) < count ? 1 : 0;
        }

        return (double)found / labels.Count;
    }

    private static int Rank(ReadOnlySpan<float> row, int label)
    {
        int before = 0;
        for (int other = 0; other < row.Length; other++)
            before += row[other] > row[label] || (row[other] == row[label] && other < label) ? 1 : 0;

        return before;
    }
}
