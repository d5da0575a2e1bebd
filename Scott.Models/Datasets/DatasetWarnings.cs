using System.Text;

namespace Scott.Models.Datasets;

/// <summary>What looks wrong about a dataset before any of its images is read.</summary>
internal static class DatasetWarnings
{
    /// <summary>In plain words; empty if nothing looks wrong.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="split">What the words call it: training, validation or test.</param>
    public static IEnumerable<string> Of(IImageDataset dataset, string split) => OfNames(dataset.ClassNames).Concat(OfFiles(PassedOverFiles.Of(dataset), split));

    /// <summary>Class names that a reader takes for the same, and those with white space around them.</summary>
    public static IEnumerable<string> OfNames(IReadOnlyList<string> classNames)
    {
        foreach (IGrouping<string, string> alike in classNames.GroupBy(Plain, StringComparer.Ordinal).Where(alike => alike.Count() > 1))
        {
            yield return $"The classes '{string.Join("' and '", alike)}' differ only by white space, case or the coding of accents. If they are one class, give them one name.";
        }

        foreach (string name in classNames.Where(name => name != name.Trim() && classNames.Count(other => Plain(other) == Plain(name)) == 1))
        {
            yield return $"The name of the class '{name}' begins or ends with white space. Remove it if it does not belong to the name.";
        }
    }

    /// <summary>Images that are not read for their extension.</summary>
    public static IEnumerable<string> OfFiles(IReadOnlyDictionary<string, int> passedOver, string split)
    {
        if (PassedOverFiles.DescribeImages(passedOver) is { } images)
        {
            yield return $"The {split} folders hold images in formats that are not read: {images}. Convert them to JPEG or PNG, or remove them.";
        }
    }

    private static string Plain(string name) => string.Join(' ', Form(name).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToUpperInvariant();

    /// <summary>A name that is no legal text stays as it is.</summary>
    private static string Form(string name)
    {
        try
        {
            return name.Normalize(NormalizationForm.FormC);
        }
        catch (ArgumentException)
        {
            return name;
        }
    }
}
