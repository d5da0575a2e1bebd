namespace Scott.Models.Datasets;

/// <summary>A dataset that reads folders. They count the files that they skip.</summary>
internal interface ISkipsFiles
{
    /// <summary>The folders. One that several parts of the dataset read may occur several times.</summary>
    IEnumerable<ImageFolder> Folders { get; }
}

/// <summary>Counts the files of a dataset's folders that are skipped: their extension does not belong to a decoded format.</summary>
internal static class SkippedFileCounts
{
    /// <summary>Extensions of images that are not decoded. Users may expect such files to be part of the dataset.</summary>
    private static readonly HashSet<string> OtherImages = new(StringComparer.Ordinal)
    {
        ".heic", ".heif", ".heics", ".hif", ".avif", ".avifs", ".jp2", ".j2k", ".jpx", ".jpf", ".jxl", ".jxr", ".wdp",
        ".ico", ".cur", ".svg", ".svgz", ".psd", ".psb", ".xcf", ".ai", ".eps", ".emf", ".wmf", ".tga", ".pcx", ".dds", ".qoi", ".ppm",
        ".pgm", ".pbm", ".pnm", ".pam", ".exr", ".hdr", ".dcm", ".raw", ".dng", ".cr2", ".cr3", ".crw", ".nef", ".nrw", ".arw", ".srf",
        ".sr2", ".orf", ".rw2", ".raf", ".pef", ".srw", ".x3f",
    };

    /// <summary>How many files a dataset skipped, by extension. Each folder counts once, and not at all if another dataset reads it too.</summary>
    public static IReadOnlyDictionary<string, int> Of(IImageDataset? dataset, IImageDataset? other = null) =>
        Sum(FoldersOf(dataset).Except(FoldersOf(other)).Select(folder => folder.SkippedFiles));

    /// <summary>The folders that a dataset reads.</summary>
    public static IEnumerable<ImageFolder> FoldersOf(IImageDataset? dataset) => dataset is ISkipsFiles skips ? skips.Folders : [];

    /// <summary>The sums of several counts.</summary>
    public static IReadOnlyDictionary<string, int> Sum(IEnumerable<IReadOnlyDictionary<string, int>> counts) => counts
        .SelectMany(each => each)
        .GroupBy(each => each.Key, StringComparer.Ordinal)
        .OrderBy(each => each.Key, StringComparer.Ordinal)
        .ToDictionary(each => each.Key, each => each.Sum(count => count.Value), StringComparer.Ordinal);

    /// <summary>Names the skipped files that are images, as in "2 .heic, 1 .psd"; <see langword="null"/> if there are none.</summary>
    public static string? DescribeImages(IReadOnlyDictionary<string, int> counts)
    {
        KeyValuePair<string, int>[] images = [.. counts.Where(each => OtherImages.Contains(each.Key))];
        return images.Length > 0 ? string.Join(", ", images.Select(each => FormattableString.Invariant($"{each.Value} {each.Key}"))) : null;
    }
}
