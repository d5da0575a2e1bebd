namespace Scott.Models.Datasets;

/// <summary>Gives the classes of labeled images the same numbers as other images have.</summary>
internal static class LabeledClasses
{
    /// <summary>The images with their labels as numbers among the given classes. Not every class must have images.</summary>
    /// <exception cref="ArgumentException">There are no classes, or the images have others.</exception>
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
