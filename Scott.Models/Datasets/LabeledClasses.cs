namespace Scott.Models.Datasets;

/// <summary>Renumbers the classes of labeled images to match a given list of classes, and leaves out images without a label.</summary>
internal static class LabeledClasses
{
    /// <summary>The images, each with the number of its class among the given classes. A class may have no images.</summary>
    /// <exception cref="ArgumentException">There are no classes, or the images have a class that is not among them.</exception>
    public static IImageDataset Align(IReadOnlyList<string> classNames, IImageDataset labeled, string parameter)
    {
        if (classNames.Count == 0 || labeled.ClassNames.Count == 0 || labeled.ClassNames.Except(classNames, StringComparer.Ordinal).Any())
        {
            string found = $"The classes are {Describe(classNames)}, those of {parameter} are {Describe(labeled.ClassNames)}";
            throw new ArgumentException($"{found}; expected the same ones, or some of them.", parameter);
        }

        return classNames.SequenceEqual(labeled.ClassNames, StringComparer.Ordinal)
            ? labeled
            : new DatasetSubset(labeled, [.. Enumerable.Range(0, labeled.Count)], classNames);
    }

    /// <summary>The images that have a label.</summary>
    /// <exception cref="DatasetException">There are none, an image can have several, or a label is not the number of a class.</exception>
    public static IImageDataset RemoveUnlabeled(IImageDataset dataset) => !dataset.IsMultiLabel
        ? Keep(dataset, index => LabelOf(dataset, index) is not null)
        : throw new DatasetException(
            dataset.Name, "its images can have several labels; expected one label for each. Call FineTuneMultiLabel to learn several.");

    /// <summary>The images whose labels are known, be they several or none.</summary>
    /// <exception cref="DatasetException">There are none, or a label is not the number of a class.</exception>
    public static IImageDataset RemoveUnknown(IImageDataset dataset) => Keep(dataset, index => LabelsOf(dataset, index) is not null);

    /// <summary>An image's only label; <see langword="null"/> if it is not known.</summary>
    /// <exception cref="DatasetException">The label is not the number of a class. Only datasets of an app can have such labels.</exception>
    public static int? LabelOf(IImageDataset dataset, int index) =>
        dataset.LabelOf(index) is { } label ? RequireLegal(dataset, index, label) : null;

    /// <summary>An image's labels, ascending, each once; <see langword="null"/> if they are not known.</summary>
    /// <exception cref="DatasetException">A label is not the number of a class.</exception>
    public static int[]? LabelsOf(IImageDataset dataset, int index) =>
        dataset.LabelsOf(index) is { } labels ? [.. labels.Select(label => RequireLegal(dataset, index, label)).Distinct().Order()] : null;

    /// <summary>Looks at every label.</summary>
    /// <exception cref="DatasetException">A label is not the number of a class.</exception>
    public static void RequireLegal(IImageDataset dataset)
    {
        for (int index = 0; index < dataset.Count; index++)
            _ = LabelsOf(dataset, index);
    }

    private static int RequireLegal(IImageDataset dataset, int index, int label)
    {
        int classes = dataset.ClassNames.Count;
        return label >= 0 && label < classes ? label : throw new DatasetException(
            dataset.NameOf(index),
            FormattableString.Invariant(
                $"its label is {label}; expected the number of one of the {Plural.Of(classes, "class", "classes")}, from 0, or none."),
            subject: "image");
    }

    private static IImageDataset Keep(IImageDataset dataset, Func<int, bool> isWanted)
    {
        int[] indices = [.. Enumerable.Range(0, dataset.Count).Where(isWanted)];
        return indices.Length == dataset.Count && dataset.Count > 0 ? dataset
            : indices.Length > 0 ? new DatasetSubset(dataset, indices)
            : throw new DatasetException(
                dataset.Name, "none of its images has a label. Open it with labels, for example with ImageFolder.OpenLabeled.");
    }

    private static string Describe(IReadOnlyList<string> names) => names.Count == 0 ? "none" : Quoted.Names(names.Select(name => $"'{name}'"));
}
