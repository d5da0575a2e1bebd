using Scott.Models.Downloads;

namespace Scott.Models.Inference;

/// <summary>Images and tar archives on servers, such as an object store. Keys are addresses: https, or http to this machine. Thread-safe.</summary>
/// <remarks>
/// <para>Requests have the timeouts, retries and safe redirects of downloads. A transfer that breaks off resumes from the byte reached, if the server
/// still has the same file. What fails for good is an <see cref="IOException"/>, and so the error of the image's row. Where the network is
/// forbidden, nothing is read: an <see cref="EmbeddingJobException"/>.</para>
/// <para>Keys stand in the output. An address with a signature or a password in its query is not fit to be a key.</para>
/// </remarks>
public sealed class HttpImageStore : IImageStore
{
    private readonly DownloadOptions _options;
    private readonly HttpExchange _http;

    /// <summary>Makes a store.</summary>
    /// <param name="options">The client, timeouts and retries; <see langword="null"/> for the defaults.</param>
    /// <exception cref="ScottConfigurationException">An option is not legal.</exception>
    public HttpImageStore(DownloadOptions? options = null)
    {
        _options = options ?? new DownloadOptions();
        _options.Validate();
        _http = new HttpExchange(_options);
    }

    /// <summary>Servers do not list their files in one common way: give the job a list of addresses.</summary>
    /// <param name="cancellationToken">Not used.</param>
    /// <exception cref="NotSupportedException">Always.</exception>
    public IAsyncEnumerable<string> ListAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException(
        "A server cannot list its images. Give their addresses: EmbeddingJobInputs.FromStore(store, addresses).");

    /// <inheritdoc/>
    public async Task<Stream> OpenAsync(string key, long offset = 0, long? length = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length ?? 0);
        if (!Uri.TryCreate(key, UriKind.Absolute, out Uri? address) || !SafeAddress.IsAllowed(address))
            throw new IOException($"'{Quoted.Value(AddressText.OfText(key))}' is not an allowed address; expected {SafeAddress.Expected}.");
        if (_options.IsOffline)
        {
            throw new EmbeddingJobException(
                EmbeddingJobFault.Unreachable, AddressText.Of(address), $"cannot be read: {_options.NetworkForbidden}.");
        }

        var stream = new HttpImageStream(_http, address, offset);
        try
        {
            await stream.OpenAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return length is null ? stream : new LimitedStream(stream, length.Value);
    }
}
