using ImageSearch.Indexing;
using Microsoft.Extensions.Caching.Memory;
using Scott.Models.Features;
using Scott.Models.Imaging;

namespace ImageSearch.Pictures;

/// <summary>Makes thumbnails of indexed pictures and keeps the last ones. Thread-safe.</summary>
internal sealed class ThumbnailCache(PictureFolder folder, FeatureExtractor extractor) : IDisposable
{
    private const long MaximumBytes = 64 << 20;

    /// <summary>A decoded picture may take hundreds of megabytes.</summary>
    private const int DecodedAtOnce = 2;

    private readonly SemaphoreSlim _slots = new(DecodedAtOnce);
    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = MaximumBytes });

    public async Task<byte[]> GetAsync(PictureRecord picture, CancellationToken cancellationToken)
    {
        if (_cache.TryGetValue(picture.Id, out byte[]? known))
        {
            return known!;
        }

        await _slots.WaitAsync(cancellationToken);
        try
        {
            // Another request may have made it meanwhile.
            if (_cache.TryGetValue(picture.Id, out known))
            {
                return known!;
            }

            RgbImage image = await ImageDecoder.DecodeAsync(folder.FullPath(picture.Path), extractor.Options.Decoding, cancellationToken);
            byte[] thumbnail = JpegThumbnail.Encode(image);
            return _cache.Set(picture.Id, thumbnail, new MemoryCacheEntryOptions { Size = thumbnail.Length });
        }
        finally
        {
            _slots.Release();
        }
    }

    public void Dispose()
    {
        _cache.Dispose();
        _slots.Dispose();
    }
}
