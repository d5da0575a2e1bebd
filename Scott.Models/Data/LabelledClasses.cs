namespace Scott.Models.Data;

/// <summary>Checks that labelled pictures speak of the same classes.</summary>
internal static class LabelledClasses
{
    /// <exception cref="ArgumentException">One has no classes, or they differ in name or order.</exception>
    public static void RequireSame(IImageDataset training, IImageDataset other, string parameter) => RequireSame(training.ClassNames, other, parameter);

    /// <exception cref="ArgumentException">There are none, or they differ in name or order.</exception>
    public static void RequireSame(IReadOnlyList<string> training, IImageDataset other, string parameter)
    {
        if (training.Count == 0 || !training.SequenceEqual(other.ClassNames, StringComparer.Ordinal))
        {
            throw new ArgumentException(
                $"The classes are {Describe(training)} for training and {Describe(other.ClassNames)} for {parameter}; expected the same ones, in the same order.", parameter);
        }
    }

    private static string Describe(IReadOnlyList<string> names) => names.Count == 0 ? "none" : $"'{string.Join("', '", names)}'";
}
