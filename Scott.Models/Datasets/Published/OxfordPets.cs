namespace Scott.Models.Datasets;

/// <summary>
/// The Oxford-IIIT pets, 37 breeds of cats and dogs: 7 349 images in the splits trainval (3 680) and test (3 669). Immutable and thread-safe.
/// </summary>
/// <remarks>
/// Read from the official files: <c>images/*.jpg</c>, <c>annotations/trainval.txt</c>, <c>annotations/test.txt</c> and <c>annotations/list.txt</c>.
/// Only listed images are used; they are opened when they are needed. A class is named like its files, without the number.
/// </remarks>
public sealed class OxfordPets
{
    private const string IndexedFolder = "images/";
    private const string TrainValFile = "annotations/trainval.txt";
    private const string TestFile = "annotations/test.txt";
    private const string ListFile = "annotations/list.txt";
    private const string Address = "https://www.robots.ox.ac.uk/~vgg/data/pets/data/";

    private OxfordPets(IImageDataset trainVal, IImageDataset test, IImageDataset all) => (TrainVal, Test, All) = (trainVal, test, all);

    /// <summary>The archives of the images and of the lists.</summary>
    public static IReadOnlyList<DatasetArchive> Archives { get; } =
    [
        DatasetArchive.At(Address, "images.tar.gz", "5c4f3ee8e5d25df40f4fd59a7f44e54c", 791_918_971),
        DatasetArchive.At(Address, "annotations.tar.gz", "95a8c909bbe2e81eed6a22bccdf3f68f", 19_173_078),
    ];

    /// <summary>The images of <c>trainval.txt</c>.</summary>
    public IImageDataset TrainVal { get; }

    /// <summary>The images of <c>test.txt</c>.</summary>
    public IImageDataset Test { get; }

    /// <summary>The images of <c>list.txt</c>, which are those of both splits, sorted by class.</summary>
    public IImageDataset All { get; }

    /// <summary>Reads a folder into which the <see cref="Archives"/> are unpacked.</summary>
    /// <param name="folder">The folder that holds <c>images</c> and <c>annotations</c>.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="DatasetFormatException">A file is missing, or a list is wrong; <see cref="DatasetException.Line"/> says where.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static async Task<OxfordPets> OpenAsync(string folder, CancellationToken cancellationToken = default)
    {
        string root = PublishedFiles.RequireFolder(folder, "Oxford-IIIT Pets", IndexedFolder, TrainValFile, TestFile, ListFile);
        string images = Path.Combine(root, IndexedFolder);
        var classes = new PetClasses();
        PetList trainVal = await PetList.ReadAsync(Path.Combine(root, TrainValFile), images, classes, cancellationToken).ConfigureAwait(false);
        PetList test = await PetList.ReadAsync(Path.Combine(root, TestFile), images, classes, cancellationToken).ConfigureAwait(false);
        PetList all = await PetList.ReadAsync(Path.Combine(root, ListFile), images, classes, cancellationToken).ConfigureAwait(false);
        test.RequireNoneOf(trainVal);
        IReadOnlyList<string> names = classes.Names(all.Path);
        return new OxfordPets(trainVal.ToDataset(names, "trainval"), test.ToDataset(names, "test"), all.ToDataset(names, "list"));
    }

    /// <summary>The splits of one of the paper's experiments.</summary>
    /// <param name="combination">As training / validation / test: official and full-evaluation are trainval/none/test, full is all/none/test.</param>
    /// <exception cref="ArgumentOutOfRangeException">The combination is inverted or not defined.</exception>
    /// <remarks>Reference: src/data/datasets/pets37.py, commit 8b6c6f9.</remarks>
    public DatasetSplits Combine(SplitCombination combination) => combination switch
    {
        SplitCombination.Official or SplitCombination.FullEvaluation => new DatasetSplits(TrainVal, null, Test),
        SplitCombination.Full => new DatasetSplits(All, null, Test),
        _ => throw new ArgumentOutOfRangeException(
            nameof(combination), combination, "Expected Official, Full or FullEvaluation; the paper does not invert the pets."),
    };
}
