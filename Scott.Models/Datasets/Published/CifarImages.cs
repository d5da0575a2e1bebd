
namespace Scott.Models.Datasets;

/// <summary>Makes datasets of CIFAR's files.</summary>
internal static class CifarImages
{
    /// <summary>The images of files, one after the other.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="labelBytes">The labels in front of each image.</param>
    /// <param name="labelPlace">Which of them is the class.</param>
    /// <param name="classNames">The classes' names.</param>
    /// <param name="name">What the part is called.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    public static async Task<IImageDataset> ReadAsync(
        string[] paths, int labelBytes, int labelPlace, IReadOnlyList<string> classNames, string name, CancellationToken cancellationToken)
    {
        var parts = new IImageDataset[paths.Length];
        for (int i = 0; i < paths.Length; i++)
        {
            CifarFile file = await CifarFile.ReadAsync(paths[i], labelBytes, cancellationToken).ConfigureAwait(false);
            var shape = new RawImageShape(labelBytes, file.RecordBytes, CifarFile.Side, CifarFile.Side, IsPlanar: true);
            parts[i] = new RawImages(file.Path, file.Bytes, shape, file.Labels(labelPlace, classNames.Count), classNames);
        }

        return ClassChecks.RequireFilled(parts.Length == 1 ? parts[0] : new JoinedDataset(parts), Path.GetDirectoryName(paths[0])!, name);
    }
}
