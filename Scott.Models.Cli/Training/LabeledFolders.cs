using Scott.Models.Datasets;

namespace Scott.Models.Cli;

/// <summary>Opens labeled folders, and reports before a long run what would make it fail later.</summary>
internal static class LabeledFolders
{
    /// <summary>The images to learn from; several folders make one dataset.</summary>
    public static IImageDataset Open(IReadOnlyList<string> folders) => folders.Count == 1
        ? ImageFolder.OpenLabeled(folders[0])
        : new ConcatenatedDataset(folders.Select(ImageFolder.OpenLabeled));

    /// <summary>The images of a test, or <see langword="null"/> without a folder.</summary>
    /// <exception cref="UsageException">They have other classes than the training images.</exception>
    public static ImageFolder? OpenTest(string? folder, IImageDataset training)
    {
        if (folder is null)
            return null;

        ImageFolder test = ImageFolder.OpenLabeled(folder);
        string[] unknown = [.. test.ClassNames.Except(training.ClassNames, StringComparer.Ordinal)];
        return unknown.Length == 0
            ? test
            : throw new UsageException(
                $"'{folder}' has the classes '{string.Join("', '", unknown)}', which the training images do not have; "
                + $"expected only '{string.Join("', '", training.ClassNames)}'.");
    }
}
