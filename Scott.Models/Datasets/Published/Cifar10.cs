namespace Scott.Models.Datasets;

/// <summary>CIFAR-10 in its binary form: 60 000 images of 32×32 pixels. Immutable and thread-safe.</summary>
/// <remarks>The images stay in memory as they lie in the files, 180 MB in all.</remarks>
public sealed class Cifar10
{
    private const string ArchiveFolder = "cifar-10-batches-bin";
    private const string NamesFile = "batches.meta.txt";
    private const string TestFile = "test_batch.bin";

    private static readonly string[] TrainFiles = [.. Enumerable.Range(1, 5).Select(i => FormattableString.Invariant($"data_batch_{i}.bin"))];

    private Cifar10(IImageDataset train, IImageDataset test)
    {
        Train = train;
        Test = test;
    }

    /// <summary>The archive of the binary form.</summary>
    public static IReadOnlyList<DatasetArchive> Archives { get; } =
        [DatasetArchive.At("https://www.cs.toronto.edu/~kriz/", "cifar-10-binary.tar.gz", "c32a1d4ab5d03f1284b67883e8d87530", 170_052_171)];

    /// <summary>The training images, of <c>data_batch_1.bin</c> to <c>data_batch_5.bin</c>.</summary>
    public IImageDataset Train { get; }

    /// <summary>The test images, of <c>test_batch.bin</c>.</summary>
    public IImageDataset Test { get; }

    /// <summary>Reads a folder with the archive's files, or one with its folder <c>cifar-10-batches-bin</c>.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="DatasetFormatException">A file is missing, damaged, or at odds with another.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static async Task<Cifar10> OpenAsync(string folder, CancellationToken cancellationToken = default)
    {
        string root = DatasetFolder.Require(folder, "CIFAR-10's binary form", ArchiveFolder, [.. TrainFiles, TestFile, NamesFile]);
        IReadOnlyList<string> names = await TextLines.ReadClassNamesAsync(Path.Combine(root, NamesFile), cancellationToken).ConfigureAwait(false);
        string[] train = [.. TrainFiles.Select(file => Path.Combine(root, file))];
        return new Cifar10(
            await CifarImages.ReadAsync(train, 1, 0, names, nameof(Train), cancellationToken).ConfigureAwait(false),
            await CifarImages.ReadAsync([Path.Combine(root, TestFile)], 1, 0, names, nameof(Test), cancellationToken).ConfigureAwait(false));
    }
}
