using Scott.Models.Datasets;

namespace Scott.Models.Inference;

/// <summary>What an <see cref="EmbeddingJob"/> embeds: keys of images and of tar archives, in order, and the store that has them. A key that ends
/// in <c>.tar</c> is an archive: its images are embedded, its other entries are skipped. Immutable.</summary>
public sealed class EmbeddingJobInputs
{
    private readonly Func<CancellationToken, IAsyncEnumerable<string>> _keys;

    private EmbeddingJobInputs(IImageStore store, Func<CancellationToken, IAsyncEnumerable<string>> keys) => (Store, _keys) = (store, keys);

    /// <summary>Where the keys are looked up.</summary>
    public IImageStore Store { get; }

    /// <summary>All images and tar archives below a folder, in ordinal order. Keys are paths from the folder.</summary>
    /// <param name="folder">The folder. It is listed when the job is planned.</param>
    public static EmbeddingJobInputs FromFolder(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return FromStore(new FileImageStore(folder));
    }

    /// <summary>Files, and images of servers, in the order given. Keys are the paths as given, a relative one starts at the working folder, and
    /// addresses (<c>http://</c>, <c>https://</c>), which are read as <see cref="HttpImageStore"/> does.</summary>
    /// <param name="paths">Images and tar archives. Enumerated when the job is planned.</param>
    public static EmbeddingJobInputs FromFiles(IEnumerable<string> paths) => FromStore(new PathImageStore(), paths);

    /// <summary>The files that a list names: a CSV file as <see cref="ImageList.FromCsvAsync"/> reads it (labels are ignored), or, if its name ends
    /// in <c>.txt</c>, a path or an address in each line. Relative paths start at the list's own folder.</summary>
    /// <param name="path">The list.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="DatasetException">The CSV file lists no image or is not of that form.</exception>
    /// <exception cref="IOException">The list cannot be read.</exception>
    public static async Task<EmbeddingJobInputs> FromListAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (path.EndsWith(".txt", StringComparison.OrdinalIgnoreCase))
        {
            PlainFile.RequireReadable(path);
            string folder = Path.GetDirectoryName(path) ?? string.Empty;
            return FromFiles(File.ReadLines(path).Where(line => line.Length > 0)
                .Select(line => PathImageStore.IsAddress(line) ? line : Path.Combine(folder, line)));
        }

        ImageList list = await ImageList.FromCsvAsync(path, cancellationToken).ConfigureAwait(false);
        return FromFiles(Enumerable.Range(0, list.Count).Select(list.NameOf));
    }

    /// <summary>All that a store lists.</summary>
    /// <param name="store">The store. It is listed when the job is planned.</param>
    public static EmbeddingJobInputs FromStore(IImageStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        return new EmbeddingJobInputs(store, store.ListAsync);
    }

    /// <summary>Some images and archives of a store, in the order given.</summary>
    /// <param name="store">The store.</param>
    /// <param name="keys">The keys. Enumerated when the job is planned.</param>
    public static EmbeddingJobInputs FromStore(IImageStore store, IEnumerable<string> keys)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(keys);
        return new EmbeddingJobInputs(store, _ => keys.ToAsyncEnumerable());
    }

    internal IAsyncEnumerable<string> KeysAsync(CancellationToken cancellationToken) =>
        Items.NotNullAsync(_keys(cancellationToken), "a key", "keys", cancellationToken);
}
