namespace Scott.Models.Datasets;

/// <summary>ImageNet-100, or another selection of ImageNet's classes: folders named by WordNet id. Immutable and thread-safe.</summary>
/// <remarks>
/// Two layouts are known: <c>train</c> and <c>val</c>; and <c>train.X1</c>, <c>train.X2</c>, … and <c>val.X</c>, in which each training folder has some of
/// the classes. Classes are numbered in the order of their ids. Their names are those of <c>Labels.json</c>, an object of ids and names, if it is there; a
/// class that it does not name, or names like another, shows its id. The images are opened when they are needed. The dataset has no archive that
/// may be fetched without an account.
/// </remarks>
public sealed class ImageNet100
{
    private const string LabelsFile = "Labels.json";

    private ImageNet100(IImageDataset train, IImageDataset val)
    {
        Train = train;
        Val = val;
        All = new JoinedDataset(train, val);
    }

    /// <summary>The training images.</summary>
    public IImageDataset Train { get; }

    /// <summary>The validation images, on which the paper tests.</summary>
    public IImageDataset Val { get; }

    /// <summary>Every image: train, then val.</summary>
    public IImageDataset All { get; }

    /// <summary>Reads a folder of one of the two layouts.</summary>
    /// <param name="folder">The folder that holds <c>train</c> or <c>train.X1</c>.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="DatasetException">A folder is missing or empty, is in two places, or is not named by an id.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static async Task<ImageNet100> OpenAsync(string folder, CancellationToken cancellationToken = default)
    {
        string root = DatasetFolder.Require(folder, "ImageNet-100", null);
        string labels = Path.Combine(root, LabelsFile);
        IReadOnlyDictionary<string, string> names = File.Exists(labels)
            ? await WordNetNames.ReadAsync(labels, cancellationToken).ConfigureAwait(false)
            : new Dictionary<string, string>();
        var train = WordNetFolders.Open(root, "train", cancellationToken);
        var val = WordNetFolders.Open(root, "val", cancellationToken);
        train.RequireSameClasses(val);
        val.RequireSameClasses(train);
        IReadOnlyList<string> classNames = WordNetNames.Of(train.Ids, names);
        return new ImageNet100(train.ToDataset(classNames), val.ToDataset(classNames));
    }

    /// <summary>The parts of one of the paper's experiments.</summary>
    /// <param name="combination">Official or full-evaluation: train, none, val. Full: all, val, val. The paper inverts Flowers-102 alone.</param>
    /// <remarks>Reference: src/data/datasets/imagenet100.py, commit 8b6c6f9.</remarks>
    public DatasetParts Combine(SplitCombination combination) => combination switch
    {
        SplitCombination.Official or SplitCombination.FullEvaluation => new DatasetParts(Train, null, Val),
        SplitCombination.Full => new DatasetParts(All, Val, Val),
        _ => throw new ArgumentOutOfRangeException(nameof(combination), combination, "Expected Official, Full or FullEvaluation; ImageNet-100 is not inverted."),
    };
}
