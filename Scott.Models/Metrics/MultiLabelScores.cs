namespace Scott.Models.Metrics;

/// <summary>Checks and rearranges the scores of labels that do not exclude each other, [M, C] row-major.</summary>
internal static class MultiLabelScores
{
    /// <exception cref="ArgumentException">A number is not in [0, 1].</exception>
    public static void RequireProbabilities(ReadOnlySpan<float> numbers, string parameter)
    {
        foreach (float number in numbers)
        {
            if (number is not (>= 0 and <= 1)) // NaN fails as well.
                throw new ArgumentException(FormattableString.Invariant($"A number is {number}; expected 0 to 1."), parameter);
        }
    }

    /// <exception cref="ArgumentException">A number is not finite.</exception>
    public static void RequireFinite(ReadOnlySpan<float> numbers, string parameter)
    {
        foreach (float number in numbers)
        {
            if (!float.IsFinite(number))
                throw new ArgumentException(FormattableString.Invariant($"A number is {number}; expected a finite one."), parameter);
        }
    }

    /// <summary>[C][M]: whether each image has the label.</summary>
    /// <exception cref="ArgumentException">The sizes do not fit each other, or a label is not below C.</exception>
    public static bool[][] ByLabel(IReadOnlyList<IReadOnlyList<int>> labels, int classes, int scores)
    {
        ArgumentNullException.ThrowIfNull(labels);
        string given = $"{Plural.Of(labels.Count, "image")} and {Plural.Of(classes, "label")}";
        if (labels.Count == 0 || classes <= 0)
            throw new ArgumentException($"There are {given}; expected at least one of each.", nameof(labels));
        if (scores != (long)labels.Count * classes)
        {
            string found = $"There are {Plural.Of(scores, "score")} for {given}";
            throw new ArgumentException($"{found}; expected {(long)labels.Count * classes}.", nameof(labels));
        }

        bool[][] has = [.. Enumerable.Range(0, classes).Select(_ => new bool[labels.Count])];
        for (int image = 0; image < labels.Count; image++)
        {
            foreach (int label in labels[image] ?? throw Items.IsNull(image, "the labels of an image", nameof(labels)))
            {
                if (label < 0 || label >= classes)
                    throw new ArgumentException($"Image {image} has the label {label}; expected 0 to {classes - 1}.", nameof(labels));

                has[label][image] = true;
            }
        }

        return has;
    }

    /// <summary>The scores of one label, [M].</summary>
    public static float[] Column(ReadOnlySpan<float> scores, int label, int classes)
    {
        float[] column = new float[scores.Length / classes];
        for (int image = 0; image < column.Length; image++)
            column[image] = scores[(image * classes) + label];

        return column;
    }
}
