namespace Scott.Models.Datasets;

/// <summary>A dataset in two parts that share no entry. Immutable and thread-safe.</summary>
/// <remarks>Entries with the same content may come to lie in both; <see cref="DatasetInspector"/> finds them.</remarks>
public sealed class DatasetSplit
{
    private DatasetSplit(IImageDataset training, IImageDataset validation)
    {
        Training = training;
        Validation = validation;
    }

    /// <summary>What to train on, in the order of the whole.</summary>
    public IImageDataset Training { get; }

    /// <summary>What to measure on, in the order of the whole.</summary>
    public IImageDataset Validation { get; }

    /// <summary>
    /// Draws the same share of every class, and of the images without a label. The same dataset, ratio and seed give the same parts on every machine.
    /// </summary>
    /// <param name="dataset">The whole.</param>
    /// <param name="validationRatio">The share for validation, over 0 and under 1. Of each class the nearest whole number of images is taken, but
    /// at least one is taken and at least one left; a class of one image stays in training.</param>
    /// <param name="seed">Decides which images are drawn.</param>
    /// <exception cref="DatasetException">No class has two images.</exception>
    public static DatasetSplit Stratified(IImageDataset dataset, double validationRatio, long seed)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        if (validationRatio is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(validationRatio), validationRatio, "Expected over 0 and under 1.");
        }

        bool[] isValidation = new bool[dataset.Count];
        foreach (IGrouping<int, int> group in Enumerable.Range(0, dataset.Count).GroupBy(index => dataset.LabelOf(index) ?? -1))
        {
            foreach (int index in Draw([.. group], validationRatio, new DeterministicRandom(unchecked((ulong)seed), FormattableString.Invariant($"split/{group.Key}"))))
            {
                isValidation[index] = true;
            }
        }

        return isValidation.Contains(true)
            ? new DatasetSplit(Part(dataset, isValidation, wanted: false), Part(dataset, isValidation, wanted: true))
            : throw new DatasetException(dataset.Name, $"its {Plural.Of(dataset.Count, "image")} cannot be split; expected two or more of a class.");
    }

    private static int[] Draw(int[] group, double ratio, DeterministicRandom random)
    {
        EpochOrder.Shuffle(group, random);
        int wanted = (int)Math.Round(ratio * group.Length, MidpointRounding.AwayFromZero);
        return group.Length > 1 ? group[..Math.Clamp(wanted, 1, group.Length - 1)] : [];
    }

    private static DatasetSubset Part(IImageDataset dataset, bool[] isValidation, bool wanted) =>
        new(dataset, [.. Enumerable.Range(0, dataset.Count).Where(index => isValidation[index] == wanted)]);
}
