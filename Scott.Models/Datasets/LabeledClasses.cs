namespace Scott.Models.Datasets;

/// <summary>Renumbers the classes of labeled images to match a given list of classes.</summary>
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

    private static string Describe(IReadOnlyList<string> names) => names.Count == 0 ? "none" : $"'{string.Join("', '", names)}'";
}
