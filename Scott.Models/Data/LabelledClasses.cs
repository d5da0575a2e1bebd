namespace Scott.Models.Data;

/// <summary>Checks that two labelled datasets speak of the same classes.</summary>
internal static class LabelledClasses
{
    /// <exception cref="ArgumentException">One has no classes, or they differ in name or order.</exception>
    public static void RequireSame(IImageDataset training, IImageDataset validation, string parameter)
    {
        if (training.ClassNames.Count == 0 || !training.ClassNames.SequenceEqual(validation.ClassNames, StringComparer.Ordinal))
        {
            throw new ArgumentException(
                $"The classes are {Describe(training)} for training and {Describe(validation)} for validation; expected the same ones, in the same order.", parameter);
        }
    }

    private static string Describe(IImageDataset dataset) => dataset.ClassNames.Count == 0 ? "none" : $"'{string.Join("', '", dataset.ClassNames)}'";
}
