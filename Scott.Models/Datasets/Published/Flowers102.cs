namespace Scott.Models.Datasets;

/// <summary>Oxford Flowers-102: 8 189 images in the splits train (1 020), val (1 020) and test (6 149). Immutable and thread-safe.</summary>
/// <remarks>
/// Read from the official files: <c>jpg/image_00001.jpg</c> and so on, <c>imagelabels.mat</c> and <c>setid.mat</c>. The images are opened when they
/// are needed.
/// </remarks>
public sealed class Flowers102
{
    private const string ImageSubfolder = "jpg/";
    private const string LabelsFile = "imagelabels.mat";
    private const string SplitsFile = "setid.mat";
    private const string Address = "https://www.robots.ox.ac.uk/~vgg/data/flowers/102/";

    private static readonly string[] Splits = ["trnid", "valid", "tstid"];

    private Flowers102(IImageDataset[] splits)
    {
        (Train, Val, Test) = (splits[0], splits[1], splits[2]);
        All = new ConcatenatedDataset(splits);
    }

    /// <summary>The archive of the images, and the files of the labels and the splits.</summary>
    public static IReadOnlyList<DatasetArchive> Archives { get; } =
    [
        DatasetArchive.At(Address, "102flowers.tgz", "52808999861908f626f3c1f4e79d11fa", 344_862_509),
        DatasetArchive.At(Address, LabelsFile, "e0620be6f572b9609742df49c70aed4d", 502),
        DatasetArchive.At(Address, SplitsFile, "a5357ecc9cb78c4bef273ce3793fc85c", 14_989),
    ];

    /// <summary>The names that the publisher gives the classes, in the order of their numbers.</summary>
    public static IReadOnlyList<string> ClassNames => FlowerNames.All;

    /// <summary>The split <c>trnid</c>.</summary>
    public IImageDataset Train { get; }

    /// <summary>The split <c>valid</c>.</summary>
    public IImageDataset Val { get; }

    /// <summary>The split <c>tstid</c>, the largest.</summary>
    public IImageDataset Test { get; }

    /// <summary>Every image: train, then val, then test.</summary>
    public IImageDataset All { get; }

    /// <summary>Reads a folder into which the <see cref="Archives"/> are unpacked.</summary>
    /// <param name="folder">The folder that holds <c>jpg</c> and the two files.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="DatasetFormatException">A file is missing or damaged, or contradicts another file.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static async Task<Flowers102> OpenAsync(string folder, CancellationToken cancellationToken = default)
    {
        string root = PublishedFiles.RequireFolder(folder, "Flowers-102", ImageSubfolder, LabelsFile, SplitsFile);
        MatFile labelsFile = await MatFile.ReadAsync(Path.Combine(root, LabelsFile), cancellationToken).ConfigureAwait(false);
        MatFile splitsFile = await MatFile.ReadAsync(Path.Combine(root, SplitsFile), cancellationToken).ConfigureAwait(false);
        int[] labels = labelsFile.Integers("labels", 1, FlowerNames.All.Count, DatasetFault.LabelOutOfRange);
        var taken = new Dictionary<int, string>();
        return new Flowers102([.. Splits.Select(split => Take(root, labels, splitsFile, split, taken))]);
    }

    /// <summary>The splits of one of the paper's experiments.</summary>
    /// <param name="combination">Which experiment. As training / validation / test: official is train / val / test, full is all / val / test,
    /// full-evaluation is train + val / val / test, inverted is test + val / val / train, and inverted-evaluation is test / val / train.</param>
    /// <exception cref="ArgumentOutOfRangeException">The combination is not defined.</exception>
    /// <remarks>Reference: src/data/datasets/flowers102.py, commit 8b6c6f9.</remarks>
    public DatasetSplits Combine(SplitCombination combination) => combination switch
    {
        SplitCombination.Official => new DatasetSplits(Train, Val, Test),
        SplitCombination.Full => new DatasetSplits(All, Val, Test),
        SplitCombination.FullEvaluation => new DatasetSplits(new ConcatenatedDataset(Train, Val), Val, Test),
        SplitCombination.Inverted => new DatasetSplits(new ConcatenatedDataset(Test, Val), Val, Train),
        SplitCombination.InvertedEvaluation => new DatasetSplits(Test, Val, Train),
        _ => throw new ArgumentOutOfRangeException(
            nameof(combination), combination, $"Expected one of {string.Join(", ", Enum.GetNames<SplitCombination>())}."),
    };

    /// <summary>Builds a split from the lists. Each image may occur only once in all splits.</summary>
    /// <exception cref="DatasetFormatException">An image is listed twice or does not exist, or a class has no image.</exception>
    private static IImageDataset Take(string root, int[] labels, MatFile splits, string split, Dictionary<int, string> taken)
    {
        (string folder, string splitsPath) = (Path.Combine(root, ImageSubfolder), Path.Combine(root, SplitsFile));
        int[] numbers = splits.Integers(split, 1, labels.Length, DatasetFault.EntryOutOfRange);
        string[] paths = [.. numbers.Select(number => Path.Combine(folder, FormattableString.Invariant($"image_{number:00000}.jpg")))];
        foreach ((int i, int number) in numbers.Index())
        {
            string entry = FormattableString.Invariant($"element {i + 1} of '{split}'");
            if (!taken.TryAdd(number, entry))
            {
                throw new DatasetFormatException(
                    splitsPath, DatasetFault.DuplicateEntry, $"{entry} is image {number}, which {taken[number]} is too; expected each once.");
            }

            if (!File.Exists(paths[i]))
            {
                string detail = $"{entry} is image {number}, and '{paths[i]}' does not exist. Unpack 102flowers.tgz again.";
                throw new DatasetFormatException(splitsPath, DatasetFault.MissingImage, detail);
            }
        }

        string[] classNames = [.. FlowerNames.All.Take(labels.DefaultIfEmpty().Max())];
        var images = new ImageFolder(folder, folder, paths, [.. numbers.Select(number => labels[number - 1] - 1)], classNames);
        return PublishedFiles.RequireFilled(images, splitsPath, split);
    }
}
