using Scott.Models.Datasets;
using Scott.Models.Foundation;

namespace Scott.Models.Cli;

/// <summary>Opens images with several labels: a CSV file that lists them, or folders with links.</summary>
internal static class MultiLabelImages
{
    /// <summary>The images of one file or folder, or of several together.</summary>
    public static Task<IImageDataset> OpenAsync(IReadOnlyList<string> paths, char? separator, CancellationToken cancellationToken) =>
        ImageInputs.JoinAsync(paths, async path => Directory.Exists(path)
            ? ImageFolder.OpenMultiLabel(path)
            : await ImageList.FromMultiLabelCsvAsync(path, separator, cancellationToken));

    /// <summary>The images of a test, or <see langword="null"/> without a path.</summary>
    /// <exception cref="UsageException">They have labels that the training images do not have.</exception>
    public static async Task<IImageDataset?> OpenTestAsync(
        string? path, IImageDataset training, char? separator, CancellationToken cancellationToken)
    {
        if (path is null)
            return null;

        IImageDataset test = await OpenAsync([path], separator, cancellationToken);
        ImageInputs.RequireKnown(path, test, training.ClassNames, "labels", "the training images do");
        Check.That(test.ClassNames.Count > 0, $"None of the images of '{path}' has a label.");
        return test;
    }

    /// <summary>How many images and labels there are.</summary>
    public static string Describe(IImageDataset images)
    {
        int[] counts = [.. Enumerable.Range(0, images.Count).Select(index => images.LabelsOf(index)?.Count ?? 0)];
        string mean = Figures.Number(counts.Average(), "F1");
        string none = counts.Count(count => count == 0) is > 0 and int without ? $", {without} with none" : string.Empty;
        return $"{Plural.Of(images.Count, "image")} with {Plural.Of(images.ClassNames.Count, "label")}, {mean} per image{none},";
    }

    /// <summary>A hint for class folders that share files, each of which a run with one label per image would learn as several images.</summary>
    public static string? HintFor(IReadOnlyList<string> paths)
    {
        int shared = 0;
        foreach (string folder in paths.Where(Directory.Exists))
        {
            try
            {
                var images = ImageFolder.OpenMultiLabel(folder);
                shared += Enumerable.Range(0, images.Count).Count(index => images.LabelsOf(index)!.Count > 1);
            }
            catch (DatasetException)
            {
                // A link leads nowhere: the run reports it as an image that cannot be read.
            }
        }

        return shared == 0 ? null
            : $"{Plural.Of(shared, "image")} {(shared == 1 ? "is" : "are")} linked into several class folders. "
                + "Add --multi-label to learn all their labels.";
    }
}
