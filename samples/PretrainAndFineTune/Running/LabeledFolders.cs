using Samples.Shared;
using Scott.Models.Datasets;

namespace PretrainAndFineTune.Running;

/// <summary>Opens labeled folders, and says before a long run what would make it fail after.</summary>
internal static class LabeledFolders
{
    /// <summary>The images to learn from; folders are taken together.</summary>
    public static IImageDataset Open(IReadOnlyList<string> folders) => folders.Count == 1 ? ImageFolder.OpenLabeled(folders[0]) : new ConcatenatedDataset(folders.Select(ImageFolder.OpenLabeled));

    /// <summary>Images to be tested on.</summary>
    /// <exception cref="UsageException">They have other classes than those to learn.</exception>
    public static ImageFolder? OpenTest(string? folder, IImageDataset training)
    {
        if (folder is null)
        {
            return null;
        }

        ImageFolder test = ImageFolder.OpenLabeled(folder);
        string[] unknown = [.. test.ClassNames.Except(training.ClassNames, StringComparer.Ordinal)];
        return unknown.Length == 0
            ? test
            : throw new UsageException($"'{folder}' has images of '{string.Join("', '", unknown)}'; expected those of '{string.Join("', '", training.ClassNames)}' alone.");
    }
}
