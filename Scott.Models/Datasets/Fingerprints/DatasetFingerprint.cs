using Scott.Models.Imaging;

namespace Scott.Models.Datasets;

/// <summary>What a dataset holds, in a few bytes per image: enough to tell whether it is the same, and what changed. Immutable.</summary>
internal sealed class DatasetFingerprint
{
    private readonly byte[] _packed;

    private DatasetFingerprint(string digest, byte[] packed) => (Digest, _packed) = (digest, packed);

    /// <summary>The SHA-256 of all records in their order, as hexadecimal digits: equal for equal datasets.</summary>
    public string Digest { get; }

    /// <summary>Reads every image; reports each on any thread. An image that cannot be read is known only by its name.</summary>
    public static async Task<DatasetFingerprint> CreateAsync(
        IImageDataset dataset, bool hasLabels, int workers, Action onImage, CancellationToken cancellationToken)
    {
        var records = new ImageRecord[dataset.Count];
        bool[] isUnnamedFile = new bool[dataset.Count];

        // A dataset of streams opens a stream for each call; do not open them all here.
        bool isReadable = dataset.Count > 0 && !dataset.SourceOf(0).IsStream;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, dataset.Count, parallel, (index, _) =>
        {
            (records[index], isUnnamedFile[index]) = Record(dataset, index, hasLabels, isReadable);
            onImage();
            return ValueTask.CompletedTask;
        }).ConfigureAwait(false);
        NameFromCommonFolder(records, isUnnamedFile);
        return Pack(records);
    }

    /// <summary>Packs records.</summary>
    public static DatasetFingerprint Pack(IReadOnlyList<ImageRecord> records)
    {
        byte[] content = FingerprintFormat.Serialize(records);
        return new DatasetFingerprint(Convert.ToHexStringLower(SHA256.HashData(content)), FingerprintFormat.Compress(content));
    }

    /// <summary>Writes the records into a file, atomically.</summary>
    public Task SaveAsync(string path, CancellationToken cancellationToken) => AtomicFile.WriteBytesAsync(path, _packed, cancellationToken);

    /// <summary>Reads the file of a fingerprint.</summary>
    /// <returns>The records, or <see langword="null"/> if there is no such file or its content does not match the digest.</returns>
    public static async Task<IReadOnlyList<ImageRecord>?> ReadAsync(string path, string digest, CancellationToken cancellationToken)
    {
        try
        {
            byte[] content = FingerprintFormat.Decompress(await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false));
            return Convert.ToHexStringLower(SHA256.HashData(content)) == digest ? FingerprintFormat.Deserialize(content) : null;
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or InvalidDataException or InvalidOperationException)
        {
            return null; // The digests show that something changed. Only the details are lost.
        }
    }

    public IReadOnlyList<ImageRecord> Records() => FingerprintFormat.Deserialize(FingerprintFormat.Decompress(_packed));

    private static (ImageRecord Record, bool IsUnnamedFile) Record(IImageDataset dataset, int index, bool hasLabels, bool isReadable)
    {
        string name = dataset.RelativeNameOf(index);
        ImageContent content = ImageContent.Unknown;
        bool isUnnamedFile = false;
        try
        {
            if (isReadable)
            {
                ImageSource source = dataset.SourceOf(index);
                isUnnamedFile = source.FilePath is { } path && (name == path || name == source.Name);
                content = ImageContent.Of(source);
            }
        }
        catch (Exception exception) when (ImageErrors.IsImageError(exception))
        {
            // The loader reports it, or ends the run.
        }

        return (new ImageRecord(name, hasLabels ? ClassOf(dataset, index) : null, content), isUnnamedFile);
    }

    private static string? ClassOf(IImageDataset dataset, int index) =>
        !dataset.IsMultiLabel ? (dataset.LabelOf(index) is { } label ? NameOf(dataset, label) : null)
        : dataset.LabelsOf(index) is not { } labels ? null
        : labels.Count == 0 ? "no label"
        : string.Join(" + ", labels.Select(each => NameOf(dataset, each)));

    private static string NameOf(IImageDataset dataset, int label) => label >= 0 && label < dataset.ClassNames.Count
        ? dataset.ClassNames[label]
        : FormattableString.Invariant($"{label}");

    /// <summary>If a dataset names its files by full paths, the records use paths relative to the folder that the files share.</summary>
    private static void NameFromCommonFolder(ImageRecord[] records, bool[] isUnnamedFile)
    {
        int[] files = [.. Enumerable.Range(0, records.Length).Where(index => isUnnamedFile[index])];
        if (files.Length > 0)
        {
            string folder = RelativePaths.CommonFolder(files.Select(index => records[index].Name));
            Array.ForEach(files, index => records[index] = records[index] with { Name = RelativePaths.Of(folder, records[index].Name) });
        }
    }
}

/// <summary>What is kept of an image, to recognize it.</summary>
internal readonly record struct ImageRecord(string Name, string? Class, ImageContent Content);
