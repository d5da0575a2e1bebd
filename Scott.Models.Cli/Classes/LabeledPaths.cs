using Scott.Models.Datasets;

namespace Scott.Models.Cli;

/// <summary>The images of a folder with a folder for each class.</summary>
internal static class LabeledPaths
{
    /// <exception cref="UsageException">There is no such folder.</exception>
    public static (string Path, string? ClassName)[] Of(string folder)
    {
        Check.Folders(folder);
        try
        {
            ImageFolder images = ImageFolder.OpenLabeled(folder);
            return [.. Enumerable.Range(0, images.Count).Select(index =>
                (images.NameOf(index), images.LabelOf(index) is { } label ? images.ClassNames[label] : null))];
        }
        catch (DatasetException exception)
        {
            throw new UsageException(exception.Message, exception);
        }
    }
}
