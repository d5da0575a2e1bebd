namespace Scott.Models.Datasets;

/// <summary>A dataset split into training and validation images, without overlap. Immutable and thread-safe.</summary>
/// <remarks>Images with the same content may be in both splits; <see cref="DatasetInspector"/> finds them.</remarks>
public sealed class DatasetSplit
{
    private DatasetSplit(IImageDataset training, IImageDataset validation) => (Training, Validation) = (training, validation);

    /// <summary>The training images, in the order of the split dataset.</summary>
    public IImageDataset Training { get; }

    /// <summary>The validation images, in the order of the split dataset.</summary>
    public IImageDataset Validation { get; }

    /// <summary>Splits a dataset at random, with the same share for validation from every class, and from the images without a label.</summary>
    /// <remarks>The same dataset, ratio and seed give the same split on every machine. Images with several labels cannot always be split exactly: the
    /// labels with the fewest images come first, as in Sechidis et al., "On the stratification of multi-label data", 2011, section 3. A label keeps
    /// at least one image in training.</remarks>
    /// <param name="dataset">The dataset to split.</param>
    /// <param name="validationRatio">The share for validation, over 0 and under 1. Each class gives the nearest whole number of images, but at least
    /// one, and keeps at least one; a class of one image stays in training.</param>
    /// <param name="seed">Decides which images are drawn.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="validationRatio"/> is not over 0 and under 1.</exception>
    /// <exception cref="DatasetException">No class has two images. Of images with several labels: each has a label that no other has.</exception>
    public static DatasetSplit Stratified(IImageDataset dataset, double validationRatio, long seed)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        if (validationRatio is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(validationRatio), validationRatio, "Expected over 0 and under 1.");

        bool[] isValidation = dataset.IsMultiLabel
            ? IterativeStratification.Draw(dataset, validationRatio, seed)
            : DrawByClass(dataset, validationRatio, seed);
        string expected = dataset.IsMultiLabel ? "an image whose labels all occur in other images too" : "two or more of a class";
        return isValidation.Contains(true)
            ? new DatasetSplit(Subset(dataset, isValidation, wanted: false), Subset(dataset, isValidation, wanted: true))
            : throw new DatasetException(dataset.Name, $"its {Plural.Of(dataset.Count, "image")} cannot be split; expected {expected}.");
    }

    private static bool[] DrawByClass(IImageDataset dataset, double ratio, long seed)
    {
        bool[] isValidation = new bool[dataset.Count];
        foreach (IGrouping<int, int> group in Enumerable.Range(0, dataset.Count).GroupBy(index => dataset.LabelOf(index) ?? -1))
        {
            int[] images = [.. group];
            new DeterministicRandom(unchecked((ulong)seed), FormattableString.Invariant($"split/{group.Key}")).Shuffle(images);
            foreach (int index in images[..IterativeStratification.Share(images.Length, ratio)])
                isValidation[index] = true;
        }

        return isValidation;
    }

    private static DatasetSubset Subset(IImageDataset dataset, bool[] isValidation, bool wanted) =>
        new(dataset, [.. Enumerable.Range(0, dataset.Count).Where(index => isValidation[index] == wanted)]);
}
