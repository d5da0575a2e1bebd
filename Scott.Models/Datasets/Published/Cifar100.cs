namespace Scott.Models.Datasets;

/// <summary>CIFAR-100 in its binary form: 60 000 images of 32×32 pixels. Immutable and thread-safe.</summary>
/// <remarks>The images stay in memory as they lie in the files, 180 MB in all.</remarks>
public sealed class Cifar100
{
    private const string ArchiveFolder = "cifar-100-binary";
    private const string TrainFile = "train.bin";
    private const string TestFile = "test.bin";
    private const string FineNamesFile = "fine_label_names.txt";
    private const string CoarseNamesFile = "coarse_label_names.txt";

    private Cifar100(IImageDataset train, IImageDataset test)
    {
        Train = train;
        Test = test;
    }

    /// <summary>The archive of the binary form.</summary>
    public static IReadOnlyList<DatasetArchive> Archives { get; } =
        [DatasetArchive.At("https://www.cs.toronto.edu/~kriz/", "cifar-100-binary.tar.gz", "03b5dce01913d631647c71ecec9e9cb8", 168_513_733)];

    /// <summary>The training images, of <c>train.bin</c>.</summary>
    public IImageDataset Train { get; }

    /// <summary>The test images, of <c>test.bin</c>.</summary>
    public IImageDataset Test { get; }

    /// <summary>Reads a folder with the archive's files, or one with its folder <c>cifar-100-binary</c>.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="labels">Which of each image's two labels is its class.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="DatasetFormatException">A file is missing, damaged, or at odds with another.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static async Task<Cifar100> OpenAsync(string folder, Cifar100Labels labels = Cifar100Labels.Fine, CancellationToken cancellationToken = default)
    {
        (string namesFile, int place) = labels switch
        {
            Cifar100Labels.Fine => (FineNamesFile, 1),
            Cifar100Labels.Coarse => (CoarseNamesFile, 0),
            _ => throw new ArgumentOutOfRangeException(nameof(labels), labels, "Expected Fine or Coarse."),
        };
        string root = DatasetFolder.Require(folder, "CIFAR-100's binary form", ArchiveFolder, TrainFile, TestFile, namesFile);
        IReadOnlyList<string> names = await TextLines.ReadClassNamesAsync(Path.Combine(root, namesFile), cancellationToken).ConfigureAwait(false);
        return new Cifar100(
            await CifarImages.ReadAsync([Path.Combine(root, TrainFile)], 2, place, names, nameof(Train), cancellationToken).ConfigureAwait(false),
            await CifarImages.ReadAsync([Path.Combine(root, TestFile)], 2, place, names, nameof(Test), cancellationToken).ConfigureAwait(false));
    }
}
