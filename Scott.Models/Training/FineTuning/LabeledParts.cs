using Scott.Models.Datasets;

namespace Scott.Models.Training;

/// <summary>The labeled images of a run: what it learns from, and what its epochs are compared on.</summary>
/// <param name="Whole">The labeled images before any are set aside.</param>
/// <param name="Training">Each with a label.</param>
/// <param name="Validation">Each with a label, of the same classes.</param>
/// <param name="ClassCounts">The training images of each class, at least 1 each.</param>
internal sealed record LabeledParts(IImageDataset Whole, IImageDataset Training, IImageDataset Validation, IReadOnlyList<int> ClassCounts)
{
    /// <param name="training">The labeled images.</param>
    /// <param name="validation">Those to validate on, or <see langword="null"/> to set some aside.</param>
    /// <param name="ratio">The share of each class to set aside.</param>
    /// <param name="seed">Decides which.</param>
    /// <exception cref="DatasetException">There is one class alone, a class has no images, or there is nothing to validate on.</exception>
    public static LabeledParts Of(IImageDataset training, IImageDataset? validation, double ratio, long seed)
    {
        IImageDataset whole = Labeled(training);
        if (whole.ClassNames.Count < 2)
        {
            throw new DatasetException(whole.Name, $"its only class is '{whole.ClassNames[0]}'; expected at least two classes to tell apart.");
        }

        IImageDataset labeled = whole;
        if (validation is null)
        {
            DatasetSplit split = DatasetSplit.Stratified(labeled, ratio, seed);
            (labeled, validation) = (split.Training, split.Validation);
        }

        int[] counts = new int[labeled.ClassNames.Count];
        for (int i = 0; i < labeled.Count; i++)
        {
            counts[labeled.LabelOf(i)!.Value]++;
        }

        int empty = Array.IndexOf(counts, 0);
        return empty < 0
            ? new LabeledParts(whole, labeled, Labeled(validation), counts)
            : throw new DatasetException(
                labeled.Name, $"the class '{labeled.ClassNames[empty]}' has no training images. Add some, or leave the class out.");
    }

    private static IImageDataset Labeled(IImageDataset dataset)
    {
        int[] indices = [.. Enumerable.Range(0, dataset.Count).Where(index => dataset.LabelOf(index) is not null)];
        if (indices.Length == 0)
        {
            throw new DatasetException(dataset.Name, "none of its images has a label. Open it with labels, for example with ImageFolder.OpenLabeled.");
        }

        return indices.Length == dataset.Count ? dataset : new DatasetSubset(dataset, indices);
    }
}
