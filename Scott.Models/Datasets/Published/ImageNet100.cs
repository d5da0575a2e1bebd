namespace Scott.Models.Datasets;

/// <summary>ImageNet-100, or another selection of ImageNet's classes: folders named by WordNet id. Immutable and thread-safe.</summary>
/// <remarks>
/// The layout is <c>train</c> and <c>val</c>, or <c>train.X1</c>, <c>train.X2</c>, … and <c>val.X</c>, where each training folder has some of the
/// classes. Classes are numbered in the order of their ids. Their names come from <c>Labels.json</c>, an object of ids and names, if that file
/// exists. If it gives a class no name, or two classes the same name, their names contain the id. The images are opened when they are needed. The
/// dataset has no archive that can be downloaded without an account.
/// </remarks>
public sealed class ImageNet100
{
    private const string LabelsFile = "Labels.json";

    private ImageNet100(IImageDataset train, IImageDataset val)
    {
        Train = train;
        Val = val;
        All = new ConcatenatedDataset(train, val);
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
        string root = PublishedFiles.RequireFolder(folder, "ImageNet-100");
        string labels = Path.Combine(root, LabelsFile);
        Dictionary<string, string> names = File.Exists(labels)
            ? await ReadNamesAsync(labels, cancellationToken).ConfigureAwait(false)
            : [];
        var train = WordNetFolders.Open(root, "train", cancellationToken);
        var val = WordNetFolders.Open(root, "val", cancellationToken);
        train.RequireSameClasses(val);
        val.RequireSameClasses(train);
        string[] classNames = NamesOf(train.Ids, names);
        return new ImageNet100(train.ToDataset(classNames), val.ToDataset(classNames));
    }

    /// <summary>The splits of one of the paper's experiments.</summary>
    /// <param name="combination">As training / validation / test: official and full-evaluation are train/none/val, full is all/val/val.</param>
    /// <exception cref="ArgumentOutOfRangeException">The combination is inverted or not defined.</exception>
    /// <remarks>Reference: src/data/datasets/imagenet100.py, commit 8b6c6f9.</remarks>
    public DatasetSplits Combine(SplitCombination combination) => combination switch
    {
        SplitCombination.Official or SplitCombination.FullEvaluation => new DatasetSplits(Train, null, Val),
        SplitCombination.Full => new DatasetSplits(All, Val, Val),
        _ => throw new ArgumentOutOfRangeException(
            nameof(combination), combination, "Expected Official, Full or FullEvaluation; the paper does not invert ImageNet-100."),
    };

    /// <summary>Reads a JSON object that maps ids to names.</summary>
    /// <exception cref="DatasetFormatException">The file is not of that form.</exception>
    private static async Task<Dictionary<string, string>> ReadNamesAsync(string path, CancellationToken cancellationToken)
    {
        string text = await PublishedFiles.ReadTextAsync(path, cancellationToken).ConfigureAwait(false);
        try
        {
            using var json = JsonDocument.Parse(text);
            if (json.RootElement.ValueKind != JsonValueKind.Object
                || json.RootElement.EnumerateObject().Any(entry => entry.Value.ValueKind != JsonValueKind.String))
            {
                throw new DatasetFormatException(path, DatasetFault.MalformedText, "it is not an object of WordNet ids and names, all of them text.");
            }

            var names = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (JsonProperty entry in json.RootElement.EnumerateObject())
                AddName(names, entry, path, text);

            return names;
        }
        catch (JsonException exception)
        {
            int? line = (int?)(exception.LineNumber + 1);
            throw new DatasetFormatException(path, DatasetFault.MalformedText, $"it is not JSON: {exception.Message}", exception, line);
        }
    }

    private static void AddName(Dictionary<string, string> names, JsonProperty entry, string path, string text)
    {
        if (!names.TryAdd(entry.Name, entry.Value.GetString()!))
        {
            int line = 1 + text.AsSpan(0, Math.Max(0, text.LastIndexOf($"\"{entry.Name}\"", StringComparison.Ordinal))).Count('\n');
            string detail = $"the id '{entry.Name}' stands there twice; expected each once.";
            throw new DatasetFormatException(path, DatasetFault.DuplicateClass, detail, line: line);
        }
    }

    /// <summary>A different name for each id. In ImageNet, two classes are called crane: a bird and a machine.</summary>
    private static string[] NamesOf(IReadOnlyList<string> ids, Dictionary<string, string> names)
    {
        string[] plain = [.. ids.Select(id => names.TryGetValue(id, out string? name) && !string.IsNullOrWhiteSpace(name) ? name : id)];
        ILookup<string, string> same = plain.ToLookup(name => name, StringComparer.Ordinal);
        return [.. plain.Select((name, i) => same[name].Count() > 1 ? $"{name} ({ids[i]})" : name)];
    }
}
