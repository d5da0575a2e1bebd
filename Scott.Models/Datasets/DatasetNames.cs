namespace Scott.Models.Datasets;

/// <summary>Names datasets that are put together, for messages.</summary>
internal static class DatasetNames
{
    private const int Shown = 3;

    /// <summary>The first few names, each once, and how many more there are.</summary>
    public static string Join(IEnumerable<IImageDataset> datasets)
    {
        string[] names = [.. datasets.Select(dataset => dataset.Name).Distinct(StringComparer.Ordinal)];
        string first = string.Join(" + ", names.Take(Shown));
        return names.Length > Shown ? FormattableString.Invariant($"{first} + {names.Length - Shown} more") : first;
    }
}
