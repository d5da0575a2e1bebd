using Scott.Models.Datasets;

namespace Scott.Models.Training;

/// <summary>The labeled images of a run.</summary>
/// <param name="All">Those that the app gave to learn from, each with a label.</param>
/// <param name="Training">Those that the run learns from, each with a label.</param>
/// <param name="Validation">Those that decide which epoch is the best, each with a label, of the same classes.</param>
/// <param name="IsDrawn">Whether the run set the validation images aside itself.</param>
/// <param name="ClassCounts">The number of training images of each class, at least 1.</param>
internal sealed record LabeledSplit(
    IImageDataset All, IImageDataset Training, IImageDataset Validation, bool IsDrawn, IReadOnlyList<int> ClassCounts)
{
    /// <param name="images">The labeled images.</param>
    /// <param name="validation">Those to validate on, or <see langword="null"/> to set some aside.</param>
    /// <param name="ratio">The share of each class to set aside.</param>
    /// <param name="seed">Decides which.</param>
    /// <exception cref="DatasetException">There is only one class, a class has no images, or there is nothing to validate on.</exception>
    public static LabeledSplit Of(IImageDataset images, IImageDataset? validation, double ratio, long seed)
    {
        IImageDataset all = RemoveUnlabeled(images);
        if (all.ClassNames.Count < 2)
            throw new DatasetException(all.Name, $"its only class is '{all.ClassNames[0]}'; expected at least two classes to tell apart.");

        bool isDrawn = validation is null;
        IImageDataset training = all;
        if (validation is null)
        {
            DatasetSplit split = DatasetSplit.Stratified(all, ratio, seed);
            (training, validation) = (split.Training, split.Validation);
        }

        int[] counts = new int[training.ClassNames.Count];
        for (int i = 0; i < training.Count; i++)
            counts[training.LabelOf(i)!.Value]++;

        int empty = Array.IndexOf(counts, 0);
        return empty < 0
            ? new LabeledSplit(all, training, RemoveUnlabeled(validation), isDrawn, counts)
            : throw new DatasetException(
                training.Name, $"the class '{training.ClassNames[empty]}' has no training images. Add some, or leave the class out.");
    }

    private static IImageDataset RemoveUnlabeled(IImageDataset dataset)
    {
        int[] indices = [.. Enumerable.Range(0, dataset.Count).Where(index => dataset.LabelOf(index) is not null)];
        return indices.Length == dataset.Count && dataset.Count > 0 ? dataset
            : indices.Length > 0 ? new DatasetSubset(dataset, indices)
            : throw new DatasetException(
                dataset.Name, "none of its images has a label. Open it with labels, for example with ImageFolder.OpenLabeled.");
    }
}
