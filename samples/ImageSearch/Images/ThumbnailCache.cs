using ImageSearch.Indexing;
using Microsoft.Extensions.Caching.Memory;
using Scott.Models.Imaging;
using Scott.Models.Inference;

namespace ImageSearch.Images;

/// <summary>Makes thumbnails of indexed images and keeps the last ones. Thread-safe.</summary>
internal sealed class ThumbnailCache(IndexedFolder folder, FeatureExtractor extractor, DecodingBudget budget) : IDisposable
{
    private const long MaximumBytes = 64 << 20;

    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = MaximumBytes });

    public async Task<byte[]> GetAsync(IndexedImage record, CancellationToken cancellationToken)
    {
        if (_cache.TryGetValue(record.Id, out byte[]? known))
            return known!;

        using DecodingTurn turn = await budget.EnterAsync(folder.FullPath(record.Path), cancellationToken);

        // Another request may have made it meanwhile.
        if (_cache.TryGetValue(record.Id, out known))
            return known!;

        RgbImage image = await ImageDecoder.DecodeAsync(turn.Source, extractor.Options.Decoding, cancellationToken);
        byte[] thumbnail = JpegThumbnail.Encode(image);
        return _cache.Set(record.Id, thumbnail, new MemoryCacheEntryOptions { Size = thumbnail.Length });
    }

    public void Dispose() => _cache.Dispose();
}
