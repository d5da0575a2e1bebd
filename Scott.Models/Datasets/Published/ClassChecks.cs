namespace Scott.Models.Datasets;

/// <summary>Checks that hold for every published dataset.</summary>
internal static class ClassChecks
{
    /// <summary>The part itself, if each of its classes has an image.</summary>
    /// <param name="part">The part.</param>
    /// <param name="path">The file that says what is in it.</param>
    /// <param name="name">What the part is called.</param>
    /// <exception cref="DatasetFormatException">A class has none.</exception>
    public static IImageDataset RequireFilled(IImageDataset part, string path, string name)
    {
        if (part.Count == 0)
        {
            throw new DatasetFormatException(path, DatasetFault.NoImages, $"its part {name} has no image; expected some of every class.");
        }

        bool[] isFilled = new bool[part.ClassNames.Count];
        for (int i = 0; i < part.Count; i++)
        {
            isFilled[part.LabelOf(i)!.Value] = true;
        }

        string[] empty = [.. part.ClassNames.Where((_, label) => !isFilled[label])];
        return empty.Length == 0
            ? part
            : throw new DatasetFormatException(
                path, DatasetFault.EmptyClass, $"of its part {name} {(empty.Length == 1 ? "the class has" : "the classes have")} no image: {string.Join(", ", empty)}. Expected some of every class.");
    }
}
