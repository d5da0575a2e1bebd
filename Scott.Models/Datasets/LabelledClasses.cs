namespace Scott.Models.Datasets;

/// <summary>Makes labelled pictures speak of the same classes by the same numbers.</summary>
internal static class LabelledClasses
{
    /// <summary>The pictures with their labels as numbers among the given classes. Not every class must have pictures.</summary>
    /// <param name="classNames">The classes, in the order of their numbers.</param>
    /// <param name="labelled">Labelled by these names, in any order.</param>
    /// <param name="parameter">What the pictures are called in errors.</param>
    /// <exception cref="ArgumentException">There are no classes, or the pictures have others.</exception>
    public static IImageDataset Align(IReadOnlyList<string> classNames, IImageDataset labelled, string parameter)
    {
        if (classNames.Count == 0 || labelled.ClassNames.Count == 0 || labelled.ClassNames.Except(classNames, StringComparer.Ordinal).Any())
        {
            throw new ArgumentException(
                $"The classes are {Describe(classNames)}, those of {parameter} are {Describe(labelled.ClassNames)}; expected the same ones, or some of them.", parameter);
        }

        return classNames.SequenceEqual(labelled.ClassNames, StringComparer.Ordinal) ? labelled : new RenumberedDataset(labelled, classNames);
    }

    private static string Describe(IReadOnlyList<string> names) => names.Count == 0 ? "none" : $"'{string.Join("', '", names)}'";
}
