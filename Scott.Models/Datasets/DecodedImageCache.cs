using Scott.Models.Imaging;

namespace Scott.Models.Datasets;

/// <summary>Keeps decoded images in memory, up to a budget, so that later epochs need not decode them again. Images that do not fit are decoded
/// each time. Thread-safe.</summary>
/// <remarks>Images are kept at 3 bytes per pixel in arrays of exactly that length, or with all their samples if these have more than 8 bits. Images
/// that the dataset holds in memory are neither kept again nor counted.</remarks>
internal sealed class DecodedImageCache(IImageDataset dataset, ImageDecodingOptions decoding, long budgetBytes)
{
    private const int Gates = 256;

    private readonly ConcurrentDictionary<int, ImageSource> _kept = new();
    private readonly SemaphoreSlim[] _gates = [.. Enumerable.Range(0, Gates).Select(_ => new SemaphoreSlim(1))];
    private long _usedBytes;
    private long _decoded;

    /// <summary>The bytes of the images kept.</summary>
    public long UsedBytes => Interlocked.Read(ref _usedBytes);

    /// <summary>How often an image was decoded.</summary>
    public long DecodedCount => Interlocked.Read(ref _decoded);

    /// <summary>An image, upright. The caller disposes of it.</summary>
    public async ValueTask<DecodedImage> ReadAsync(int index, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_kept.TryGetValue(index, out ImageSource? kept))
            return kept.InMemory(decoding.Channels)!.Value;

        ImageSource source = dataset.SourceOf(index);
        if (source.InMemory(decoding.Channels) is { } image)
            return image;

        // Workers whose images cannot be read may want the same replacement at once: the second waits until the first has decoded it.
        SemaphoreSlim gate = _gates[index % Gates];
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _kept.TryGetValue(index, out kept)
                ? kept.InMemory(decoding.Channels)!.Value
                : await DecodeAsync(index, source, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<DecodedImage> DecodeAsync(int index, ImageSource source, CancellationToken cancellationToken)
    {
        using EncodedBytes encoded = await source.ReadAsync(decoding, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        DecodedImage image = FormatDecoder.Decode(encoded.Memory, source, decoding, cancellationToken);
        Interlocked.Increment(ref _decoded);
        Keep(index, image);
        return image;
    }

    private void Keep(int index, DecodedImage image)
    {
        // The array is allocated only if there is room for it: without a budget, decoding leaves nothing to collect.
        long bytes = image.Samples?.Bytes.Length ?? (long)image.Width * image.Height * 3;
        if (TryReserve(bytes))
        {
            _kept[index] = image.Samples is { } samples
                ? ImageSource.FromSamples(samples, image.Name)
                : ImageSource.FromImage(image.ToRgbImage(), image.Name);
        }
    }

    private bool TryReserve(long bytes)
    {
        long used = UsedBytes;
        while (used + bytes <= budgetBytes)
        {
            long seen = Interlocked.CompareExchange(ref _usedBytes, used + bytes, used);
            if (seen == used)
                return true;

            used = seen;
        }

        return false;
    }
}
