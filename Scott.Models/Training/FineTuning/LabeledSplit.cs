using Scott.Models.Datasets;

namespace Scott.Models.Training;

/// <summary>The labeled images of a run: all that the app gave, the training images among them, and validation images of the same classes, which
/// decide the best epoch; whether the run drew the validation images itself; and the number of training images of each class, at least
/// 1.</summary>
internal sealed record LabeledSplit(
    IImageDataset All, IImageDataset Training, IImageDataset Validation, bool IsDrawn, IReadOnlyList<int> ClassCounts)
{
    /// <summary>Sets a share of each class aside, drawn by the seed, unless there are validation images.</summary>
    /// <exception cref="DatasetException">There is only one class, a class has no images, or there is nothing to validate on.</exception>
    public static LabeledSplit Of(IImageDataset images, IImageDataset? validation, double ratio, long seed)
    {
        IImageDataset all = LabeledClasses.RemoveUnlabeled(images);
        if (all.ClassNames.Count < 2)
            throw new DatasetException(all.Name, $"its only class is '{all.ClassNames[0]}'; expected at least two classes to tell apart.");

        DatasetSplit? drawn = validation is null ? DatasetSplit.Stratified(all, ratio, seed) : null;
        IImageDataset training = drawn?.Training ?? all;
        int[] counts = new int[training.ClassNames.Count];
        for (int i = 0; i < training.Count; i++)
            counts[training.LabelOf(i)!.Value]++;

        int empty = Array.IndexOf(counts, 0);
        return empty < 0
            ? new LabeledSplit(all, training, LabeledClasses.RemoveUnlabeled(validation ?? drawn!.Validation), drawn is not null, counts)
            : throw new DatasetException(
                training.Name, $"the class '{training.ClassNames[empty]}' has no training images. Add some, or leave the class out.");
    }
}
