using Scott.Models.Imaging;

namespace Scott.Models.Inference;

/// <summary>One image of a shard: it is read and hashed by the worker that needs it, so that images are read side by side.</summary>
internal sealed class BulkImage
{
    private readonly IImageStore? _store;
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly byte[]? _rented;
    private readonly Exception? _error;

    /// <summary>An image that is not read yet.</summary>
    public BulkImage(string key, IImageStore store)
    {
        (Key, _store) = (key, store);
        Source = ImageSource.FromReader(key, ReadAsync);
    }

    /// <summary>An image of an archive, in a pooled buffer.</summary>
    public BulkImage(string key, byte[] rented, int length)
    {
        (Key, _rented, _bytes) = (key, rented, rented.AsMemory(0, length));
        Source = ImageSource.FromReader(key, ReadAsync);
    }

    /// <summary>An image of an archive that was not read.</summary>
    public BulkImage(string key, Exception error)
    {
        (Key, _error) = (key, error);
        Source = ImageSource.FromReader(key, ReadAsync);
    }

    public string Key { get; }

    public ImageSource Source { get; }

    /// <summary>Whether the store could not open it.</summary>
    public bool IsUnopened { get; private set; }

    /// <summary>The SHA-256 of the encoded bytes in lower-case hexadecimal; <see langword="null"/> until they are all read.</summary>
    public string? ContentSha256 { get; private set; }

    private async ValueTask<EncodedBytes> ReadAsync(ImageDecodingOptions options, CancellationToken cancellationToken)
    {
        if (_error is not null)
            throw _error;

        EncodedBytes encoded = _store is null
            ? new EncodedBytes(_bytes, _rented)
            : await OpenAsync(_store, options, cancellationToken).ConfigureAwait(false);
        ContentSha256 = Convert.ToHexStringLower(SHA256.HashData(encoded.Memory.Span));
        return encoded;
    }

    private async ValueTask<EncodedBytes> OpenAsync(IImageStore store, ImageDecodingOptions options, CancellationToken cancellationToken)
    {
        Stream stream;
        try
        {
            stream = await store.OpenAsync(Key, 0, null, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not EmbeddingJobException)
        {
            // Whatever a store throws concerns this image alone, unless it says that all images are out of reach.
            IsUnopened = true;
            ImageErrors.Mark(exception, cancellationToken);
            throw;
        }

        await using (stream.ConfigureAwait(false))
            return await EncodedReader.ReadStreamAsync(stream, Key, options, cancellationToken, readsAll: true).ConfigureAwait(false);
    }
}
