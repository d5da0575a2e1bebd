namespace Scott.Models.Datasets;

/// <summary>Splits images with several labels so that each label keeps its share, as far as possible.</summary>
/// <remarks>Sechidis, Tsoumakas and Vlahavas, "On the stratification of multi-label data", 2011, section 3: the label with the fewest images left is
/// split first, for a mistake costs it most. Differs from the paper: each label wants a whole number of validation images, and one training image
/// at least.</remarks>
internal static class IterativeStratification
{
    /// <summary>Which images are for validation.</summary>
    public static bool[] Draw(IImageDataset dataset, double ratio, long seed)
    {
        IReadOnlyList<int>[] labels = [.. Enumerable.Range(0, dataset.Count).Select(
            index => LabeledClasses.LabelsOf(dataset, index) ?? [])];
        int classes = dataset.ClassNames.Count;
        HashSet<int>[] undecided = [.. Enumerable.Range(0, classes).Select(_ => new HashSet<int>())];
        for (int index = 0; index < labels.Length; index++)
        {
            foreach (int label in labels[index])
                undecided[label].Add(index);
        }

        int[] wanted = [.. undecided.Select(images => Share(images.Count, ratio))];
        int[] outside = [.. undecided.Select(images => images.Count)]; // Images of the label that are not in validation.
        bool[] isValidation = new bool[labels.Length];
        while (Rarest(undecided) is { } label)
        {
            int[] images = [.. undecided[label].Order()];
            new DeterministicRandom(unchecked((ulong)seed), FormattableString.Invariant($"split/{label}")).Shuffle(images);
            foreach (int index in images)
            {
                bool isDrawn = wanted[label] > 0 && labels[index].All(each => outside[each] > 1);
                isValidation[index] = isDrawn;
                foreach (int each in labels[index])
                {
                    undecided[each].Remove(index);
                    wanted[each] -= isDrawn ? 1 : 0;
                    outside[each] -= isDrawn ? 1 : 0;
                }
            }
        }

        int[] without = [.. Enumerable.Range(0, labels.Length).Where(index => labels[index].Count == 0)];
        new DeterministicRandom(unchecked((ulong)seed), "split/-1").Shuffle(without);
        foreach (int index in without[..Share(without.Length, ratio)])
            isValidation[index] = true;

        return isValidation;
    }

    /// <summary>The label with the fewest images left; <see langword="null"/> if none has any.</summary>
    private static int? Rarest(HashSet<int>[] undecided) => Enumerable.Range(0, undecided.Length)
        .Where(label => undecided[label].Count > 0)
        .Select(label => (int?)label)
        .MinBy(label => undecided[label!.Value].Count);

    /// <summary>The nearest whole number, but at least one, and not all.</summary>
    public static int Share(int count, double ratio) =>
        count > 1 ? Math.Clamp((int)Math.Round(ratio * count, MidpointRounding.AwayFromZero), 1, count - 1) : 0;
}
