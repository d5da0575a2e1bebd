namespace Scott.Models.Data;

/// <summary>Checks that two labelled datasets speak of the same classes.</summary>
internal static class LabelledClasses
{
    /// <exception cref="ArgumentException">One has no classes, or they differ in name or order.</exception>
    public static void RequireSame(IImageDataset training, IImageDataset other, string parameter)
    {
        if (training.ClassNames.Count == 0 || !training.ClassNames.SequenceEqual(other.ClassNames, StringComparer.Ordinal))
        {
            throw new ArgumentException(
                $"The classes are {Describe(training)} for training and {Describe(other)} for {parameter}; expected the same ones, in the same order.", parameter);
        }
    }

    private static string Describe(IImageDataset dataset) => dataset.ClassNames.Count == 0 ? "none" : $"'{string.Join("', '", dataset.ClassNames)}'";
}
