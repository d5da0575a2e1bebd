namespace Scott.Models.Inference;

/// <summary>Files of this machine, by paths from the working folder, and images of servers, by their addresses. Thread-safe.</summary>
internal sealed class PathImageStore : IImageStore
{
    private readonly FileImageStore _files = new();
    private readonly HttpImageStore _servers = new();

    public static bool IsAddress(string key) =>
        key.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || key.StartsWith("http://", StringComparison.OrdinalIgnoreCase);

    public IAsyncEnumerable<string> ListAsync(CancellationToken cancellationToken = default) => _files.ListAsync(cancellationToken);

    public Task<Stream> OpenAsync(string key, long offset = 0, long? length = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        return (IsAddress(key) ? (IImageStore)_servers : _files).OpenAsync(key, offset, length, cancellationToken);
    }

    public override string ToString() => _files.ToString();
}
