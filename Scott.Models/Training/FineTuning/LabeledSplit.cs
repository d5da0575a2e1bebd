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

    /// <summary>The same for images with any number of labels each: validation gets a share of each label, as far as possible.</summary>
    /// <exception cref="DatasetException">A label has no training images, or no validation image has a label.</exception>
    public static LabeledSplit OfMultiLabel(IImageDataset images, IImageDataset? validation, double ratio, long seed)
    {
        IImageDataset all = LabeledClasses.RemoveUnknown(images);
        int[] counts = Count(all);
        string[] empty = [.. all.ClassNames.Where((_, label) => counts[label] == 0)];
        if (empty.Length > 0 || counts.Length == 0)
        {
            throw new DatasetException(all.Name, counts.Length == 0
                ? "it has no labels; expected at least one."
                : $"{(empty.Length == 1 ? "the label" : "the labels")} {Quoted.Names(empty.Select(name => $"'{name}'"))} "
                    + $"{(empty.Length == 1 ? "has" : "have")} no training images. Add some, or leave the {Plural.Noun(empty.Length, "label")} out.");
        }

        DatasetSplit? drawn = validation is null ? DatasetSplit.Stratified(all, ratio, seed) : null;
        IImageDataset held = LabeledClasses.RemoveUnknown(validation ?? drawn!.Validation);
        return Count(held).Any(count => count > 0)
            ? new LabeledSplit(all, drawn?.Training ?? all, held, drawn is not null, Count(drawn?.Training ?? all))
            : throw new DatasetException(
                held.Name, "none of its validation images has a label; expected images to find the best epoch and the thresholds with.");
    }

    /// <summary>The number of images of each label.</summary>
    private static int[] Count(IImageDataset images)
    {
        int[] counts = new int[images.ClassNames.Count];
        for (int i = 0; i < images.Count; i++)
        {
            foreach (int label in LabeledClasses.LabelsOf(images, i)!)
                counts[label]++;
        }

        return counts;
    }
}
