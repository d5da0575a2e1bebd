namespace Scott.Models.Datasets;

/// <summary>Oxford Flowers-102: 8 189 images in the parts train (1 020), val (1 020) and test (6 149). Immutable and thread-safe.</summary>
/// <remarks>
/// Read from the official files: <c>jpg/image_00001.jpg</c> and so on, <c>imagelabels.mat</c> and <c>setid.mat</c>. The images are opened when they are
/// needed.
/// </remarks>
public sealed class Flowers102
{
    private const string IndexedFolder = "jpg/";
    private const string LabelsFile = "imagelabels.mat";
    private const string SplitsFile = "setid.mat";
    private const string Address = "https://www.robots.ox.ac.uk/~vgg/data/flowers/102/";

    private Flowers102(IImageDataset[] parts)
    {
        (Train, Val, Test) = (parts[0], parts[1], parts[2]);
        All = new JoinedDataset(parts);
    }

    /// <summary>The images' archive and the two files beside it.</summary>
    public static IReadOnlyList<DatasetArchive> Archives { get; } =
    [
        DatasetArchive.At(Address, "102flowers.tgz", "52808999861908f626f3c1f4e79d11fa", 344_862_509),
        DatasetArchive.At(Address, LabelsFile, "e0620be6f572b9609742df49c70aed4d", 502),
        DatasetArchive.At(Address, SplitsFile, "a5357ecc9cb78c4bef273ce3793fc85c", 14_989),
    ];

    /// <summary>The names that the publisher gives the classes, in the order of their numbers.</summary>
    public static IReadOnlyList<string> ClassNames => FlowerNames.All;

    /// <summary>The part <c>trnid</c>.</summary>
    public IImageDataset Train { get; }

    /// <summary>The part <c>valid</c>.</summary>
    public IImageDataset Val { get; }

    /// <summary>The part <c>tstid</c>, the largest.</summary>
    public IImageDataset Test { get; }

    /// <summary>Every image: train, then val, then test.</summary>
    public IImageDataset All { get; }

    /// <summary>Reads a folder into which the <see cref="Archives"/> are unpacked.</summary>
    /// <param name="folder">The folder that holds <c>jpg</c> and the two files.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="DatasetFormatException">A file is missing, damaged, or at odds with another.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static async Task<Flowers102> OpenAsync(string folder, CancellationToken cancellationToken = default)
    {
        string root = DatasetFolder.Require(folder, "Flowers-102", null, IndexedFolder, LabelsFile, SplitsFile);
        MatFile labelsFile = await MatFile.ReadAsync(Path.Combine(root, LabelsFile), cancellationToken).ConfigureAwait(false);
        MatFile splitsFile = await MatFile.ReadAsync(Path.Combine(root, SplitsFile), cancellationToken).ConfigureAwait(false);
        int[] labels = labelsFile.Get("labels").ToIntegers(1, FlowerNames.All.Count, DatasetFault.LabelOutOfRange);
        var parts = new FlowerParts(Path.Combine(root, IndexedFolder), labels, Path.Combine(root, SplitsFile));
        return new Flowers102([parts.Take(splitsFile, "trnid"), parts.Take(splitsFile, "valid"), parts.Take(splitsFile, "tstid")]);
    }

    /// <summary>The parts of one of the paper's experiments.</summary>
    /// <param name="combination">Which.</param>
    /// <remarks>
    /// Training, validation and test are: official train, val, test; full all, val, test; full-evaluation train + val, val, test; inverted test + val, val,
    /// train; inverted-evaluation test, val, train. Reference: src/data/datasets/flowers102.py, commit 8b6c6f9.
    /// </remarks>
    public DatasetParts Combine(SplitCombination combination) => combination switch
    {
        SplitCombination.Official => new DatasetParts(Train, Val, Test),
        SplitCombination.Full => new DatasetParts(All, Val, Test),
        SplitCombination.FullEvaluation => new DatasetParts(new JoinedDataset(Train, Val), Val, Test),
        SplitCombination.Inverted => new DatasetParts(new JoinedDataset(Test, Val), Val, Train),
        SplitCombination.InvertedEvaluation => new DatasetParts(Test, Val, Train),
        _ => throw new ArgumentOutOfRangeException(nameof(combination), combination, $"Expected one of {string.Join(", ", Enum.GetNames<SplitCombination>())}."),
    };
}
