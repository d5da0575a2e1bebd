namespace Scott.Models.Datasets;

/// <summary>A dataset of the MNIST family: gray images and labels in IDX files, with or without gzip. Immutable and thread-safe.</summary>
/// <remarks>The images stay in memory as they lie in the files, one byte a pixel; they are gray in all three channels. EMNIST's lie on their side.</remarks>
public sealed class IdxDataset
{
    private const string MnistFolder = "https://ossci-datasets.s3.amazonaws.com/mnist/";

    /// <summary>The publisher's bucket. The address that its page names, of the same bucket as a web site, has no https.</summary>
    private const string FashionFolder = "https://fashion-mnist.s3.eu-central-1.amazonaws.com/";

    private const string TrainPrefix = "train";
    private const string TestPrefix = "t10k";

    private IdxDataset(IImageDataset train, IImageDataset test)
    {
        Train = train;
        Test = test;
    }

    /// <summary>MNIST's four files.</summary>
    public static IReadOnlyList<DatasetArchive> MnistArchives { get; } =
    [
        DatasetArchive.At(MnistFolder, "train-images-idx3-ubyte.gz", "f68b3c2dcbeaaa9fbdd348bbdeb94873", 9_912_422),
        DatasetArchive.At(MnistFolder, "train-labels-idx1-ubyte.gz", "d53e105ee54ea40749a09fcbcd1e9432", 28_881),
        DatasetArchive.At(MnistFolder, "t10k-images-idx3-ubyte.gz", "9fb629c4189551a2d022fa330f9573f3", 1_648_877),
        DatasetArchive.At(MnistFolder, "t10k-labels-idx1-ubyte.gz", "ec29112dd5afa0611ce80d1b7f02629c", 4_542),
    ];

    /// <summary>Fashion-MNIST's four files. Debian's package <c>dataset-fashion-mnist</c> has the same content with other gzip headers.</summary>
    public static IReadOnlyList<DatasetArchive> FashionMnistArchives { get; } =
    [
        DatasetArchive.At(FashionFolder, "train-images-idx3-ubyte.gz", "8d4fb7e6c68d591d4c3dfef9ec88bf0d", 26_421_880),
        DatasetArchive.At(FashionFolder, "train-labels-idx1-ubyte.gz", "25c81989df183df01b3e8a0aad5dffbe", 29_515),
        DatasetArchive.At(FashionFolder, "t10k-images-idx3-ubyte.gz", "bef4ecab320f06d8554ea6380940ec79", 4_422_102),
        DatasetArchive.At(FashionFolder, "t10k-labels-idx1-ubyte.gz", "bb300cfdad3c16e7a12a480ee83cd310", 5_148),
    ];

    /// <summary>The names of Fashion-MNIST's classes.</summary>
    public static IReadOnlyList<string> FashionClassNames { get; } =
        ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    /// <summary>The part <c>train</c>.</summary>
    public IImageDataset Train { get; }

    /// <summary>The part <c>t10k</c>.</summary>
    public IImageDataset Test { get; }

    /// <summary>
    /// Reads a folder that holds <c>train-images-idx3-ubyte</c>, <c>train-labels-idx1-ubyte</c> and the same of <c>t10k</c>, each with or without <c>.gz</c>.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="classNames">The names of the classes 0, 1, …, such as <see cref="FashionClassNames"/>; <see langword="null"/> to name them by their
    /// numbers, those that occur.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="DatasetFormatException">A file is missing, damaged, or at odds with another.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static async Task<IdxDataset> OpenAsync(string folder, IReadOnlyList<string>? classNames = null, CancellationToken cancellationToken = default)
    {
        DatasetFolder.Require(folder, "a dataset of the MNIST family", null);
        string[] paths = [.. new[] { TrainPrefix, TestPrefix }.SelectMany(prefix => new[] { FileOf(folder, prefix, "images", 3), FileOf(folder, prefix, "labels", 1) })];
        IdxPart train = await IdxPart.ReadAsync(paths[0], paths[1], cancellationToken).ConfigureAwait(false);
        IdxPart test = await IdxPart.ReadAsync(paths[2], paths[3], cancellationToken).ConfigureAwait(false);
        IdxClasses classes = IdxClasses.Of(classNames, train, test);
        return new IdxDataset(classes.Label(train, TrainPrefix), classes.Label(test, TestPrefix));
    }

    /// <summary>Reads one file of images and the one of their labels, of any name.</summary>
    /// <param name="images">The images: an IDX file of three dimensions.</param>
    /// <param name="labels">The labels: an IDX file of one dimension.</param>
    /// <param name="classNames">As for <see cref="OpenAsync"/>.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="DatasetFormatException">A file is damaged, or they are at odds.</exception>
    /// <exception cref="IOException">A file cannot be opened or read.</exception>
    public static async Task<IImageDataset> OpenFilesAsync(
        string images, string labels, IReadOnlyList<string>? classNames = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(images);
        ArgumentException.ThrowIfNullOrEmpty(labels);
        IdxPart part = await IdxPart.ReadAsync(images, labels, cancellationToken).ConfigureAwait(false);
        return IdxClasses.Of(classNames, part).Label(part, Path.GetFileName(images));
    }

    /// <summary>Some mirrors write a full stop for the second hyphen.</summary>
    private static string FileOf(string folder, string prefix, string content, int rank)
    {
        string[] names = [$"{prefix}-{content}-idx{rank}-ubyte", $"{prefix}-{content}.idx{rank}-ubyte"];
        return names.SelectMany(name => new[] { name, name + ".gz" }).Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? throw new DatasetFormatException(folder, DatasetFault.MissingFile, $"it lacks {names[0]}, with or without .gz; expected a dataset of the MNIST family there.");
    }
}
