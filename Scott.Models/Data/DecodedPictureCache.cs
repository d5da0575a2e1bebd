using System.Collections.Concurrent;
using Scott.Models.Imaging;

namespace Scott.Models.Data;

/// <summary>
/// Decoded pictures in memory, up to a budget, so that an epoch need not decode what the one before did. What does not fit is decoded each time.
/// Thread-safe.
/// </summary>
internal sealed class DecodedPictureCache(IImageDataset dataset, ImageDecodingOptions decoding, long budgetBytes)
{
    private readonly ConcurrentDictionary<int, RgbImage> _kept = new();
    private long _usedBytes;
    private long _decoded;

    /// <summary>The bytes of the pictures kept.</summary>
    public long UsedBytes => Interlocked.Read(ref _usedBytes);

    /// <summary>How often a picture was decoded.</summary>
    public long DecodedCount => Interlocked.Read(ref _decoded);

    /// <summary>A picture, upright. The caller disposes of it.</summary>
    public async ValueTask<PixelBuffer> ReadAsync(int index, CancellationToken cancellationToken)
    {
        if (_kept.TryGetValue(index, out RgbImage? kept))
        {
            return kept.ToBuffer();
        }

        RgbImage image = await ImageDecoder.DecodeAsync(dataset.SourceOf(index), decoding, cancellationToken).ConfigureAwait(false);
        Interlocked.Increment(ref _decoded);
        if (Interlocked.Add(ref _usedBytes, image.Pixels.Length) > budgetBytes || !_kept.TryAdd(index, image))
        {
            // Over the budget, or another thread was faster.
            Interlocked.Add(ref _usedBytes, -image.Pixels.Length);
        }

        return image.ToBuffer();
    }
}
