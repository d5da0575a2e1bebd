using Scott.Models.Datasets;

namespace Scott.Models.Cli;

/// <summary>Opens folders of images and CSV lists of images, and reports before a long run what would make it fail later.</summary>
internal static class ImageInputs
{
    public const string HelpName = "folder|list.csv";

    /// <summary>Whether a file is a CSV list of images, by its name.</summary>
    public static bool IsList(string path) => Path.GetExtension(path).Equals(".csv", StringComparison.OrdinalIgnoreCase) && File.Exists(path);

    /// <summary>Images whose labels are not used: folders with all subfolders, and lists. Several make one dataset.</summary>
    public static Task<IImageDataset> OpenAsync(IReadOnlyList<string> inputs, CancellationToken cancellationToken) =>
        JoinAsync(inputs, async input => IsList(input) ? await ImageList.FromCsvAsync(input, cancellationToken) : ImageFolder.Open(input));

    /// <summary>Images with one label each: folders with a folder per class, and lists. Several make one dataset, where classes of the same name
    /// are one.</summary>
    /// <exception cref="UsageException">A list has no labels.</exception>
    public static Task<IImageDataset> OpenLabeledAsync(IReadOnlyList<string> inputs, CancellationToken cancellationToken) =>
        JoinAsync(inputs, async input => IsList(input) ? await OpenLabeledListAsync(input, cancellationToken) : ImageFolder.OpenLabeled(input));

    /// <summary>The images of a test, or <see langword="null"/> without a path.</summary>
    /// <exception cref="UsageException">They have other classes than the training images, or a list has no labels.</exception>
    public static async Task<IImageDataset?> OpenTestAsync(string? input, IImageDataset training, CancellationToken cancellationToken)
    {
        if (input is null)
            return null;

        IImageDataset test = await OpenLabeledAsync([input], cancellationToken);
        RequireKnown(input, test, training.ClassNames, "classes", "the training images do");
        return test;
    }

    /// <param name="input">What errors call the images.</param>
    /// <param name="images">The images.</param>
    /// <param name="known">The classes that they may have.</param>
    /// <param name="kind">What errors call those: classes or labels.</param>
    /// <param name="owner">What has them, with its verb.</param>
    /// <exception cref="UsageException">The images have other classes.</exception>
    public static void RequireKnown(string input, IImageDataset images, IReadOnlyList<string> known, string kind, string owner)
    {
        string[] unknown = [.. images.ClassNames.Except(known, StringComparer.Ordinal)];
        Check.That(
            unknown.Length == 0,
            $"'{input}' has the {kind} '{string.Join("', '", unknown)}', which {owner} not have; expected only '{string.Join("', '", known)}'.");
    }

    /// <summary>Opens each input; several make one dataset.</summary>
    public static async Task<IImageDataset> JoinAsync(IReadOnlyList<string> inputs, Func<string, Task<IImageDataset>> openAsync)
    {
        List<IImageDataset> all = [];
        foreach (string input in inputs)
            all.Add(await openAsync(input));

        return all.Count == 1 ? all[0] : new ConcatenatedDataset(all);
    }

    private static async Task<ImageList> OpenLabeledListAsync(string path, CancellationToken cancellationToken)
    {
        ImageList list = await ImageList.FromCsvAsync(path, cancellationToken);
        Check.That(
            list.ClassNames.Count > 0,
            $"The list '{path}' has no labels; expected a path and a label in each line, such as cat/1.jpg,cat.");
        return list;
    }
}
