using System.Collections.Concurrent;
using Scott.Models.Imaging;

namespace Scott.Models.Data;

/// <summary>
/// Decoded pictures in memory, up to a budget, so that an epoch need not decode what the one before did. What does not fit is decoded each time.
/// Thread-safe; threads that want the same picture for the first time at once may each decode it.
/// </summary>
/// <remarks>Pictures are kept at 3 bytes per pixel in arrays of just that length. Those that are in memory anyhow are not kept again, nor counted.</remarks>
internal sealed class DecodedPictureCache
{
    private readonly IImageDataset _dataset;
    private readonly ImageDecodingOptions _decoding;
    private readonly ConcurrentDictionary<int, RgbImage> _kept = new();
    private long _usedBytes;
    private long _decoded;

    public DecodedPictureCache(IImageDataset dataset, ImageDecodingOptions decoding, long budgetBytes)
    {
        _dataset = dataset;
        _decoding = decoding;
        GCMemoryInfo memory = GC.GetGCMemoryInfo();
        BudgetBytes = Bound(budgetBytes, memory.TotalAvailableMemoryBytes, memory.MemoryLoadBytes);
    }

    /// <summary>The most bytes kept: as many as asked for, or half of what was free in the beginning.</summary>
    public long BudgetBytes { get; }

    /// <summary>The bytes of the pictures kept.</summary>
    public long UsedBytes => Interlocked.Read(ref _usedBytes);

    /// <summary>How often a picture was decoded.</summary>
    public long DecodedCount => Interlocked.Read(ref _decoded);

    /// <summary>Half of the free memory is left to the network and to others. A machine that does not tell is believed to have enough.</summary>
    internal static long Bound(long budgetBytes, long totalBytes, long loadBytes) =>
        totalBytes <= 0 ? budgetBytes : Math.Min(budgetBytes, Math.Max(0, totalBytes - loadBytes) / 2);

    /// <summary>A picture, upright. The caller disposes of it.</summary>
    public async ValueTask<PixelBuffer> ReadAsync(int index, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_kept.TryGetValue(index, out RgbImage? kept))
        {
            return kept.ToBuffer();
        }

        ImageSource source = _dataset.SourceOf(index);
        if (source.Image is { } image)
        {
            return image.ToBuffer();
        }

        using EncodedBytes encoded = await source.ReadAsync(cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        PixelBuffer pixels = SkiaDecoder.Decode(encoded.Memory.Span, source.Name, _decoding).Pixels;
        Interlocked.Increment(ref _decoded);
        Keep(index, pixels);
        return pixels;
    }

    private void Keep(int index, PixelBuffer pixels)
    {
        // The array is made only where there is room for it: without a budget, decoding leaves nothing to collect.
        long bytes = (long)pixels.Width * pixels.Height * 3;
        if (TryReserve(bytes) && !_kept.TryAdd(index, RgbImage.FromBuffer(pixels)))
        {
            // Another thread was faster.
            Interlocked.Add(ref _usedBytes, -bytes);
        }
    }

    private bool TryReserve(long bytes)
    {
        long used = UsedBytes;
        while (used + bytes <= BudgetBytes)
        {
            long seen = Interlocked.CompareExchange(ref _usedBytes, used + bytes, used);
            if (seen == used)
            {
                return true;
            }

            used = seen;
        }

        return false;
    }
}
