using System.Runtime.InteropServices;
using System.Threading.RateLimiting;
using ImageSearch.Indexing;
using Scott.Models.Imaging;
using Scott.Models.Inference;
using SkiaSharp;

namespace ImageSearch.Images;

/// <summary>
/// Shares out the memory of decoded images among searches, thumbnails and the index: an image waits, first come first served, until its pixels
/// fit. An image of the largest legal size uses the whole budget. Thread-safe.
/// </summary>
internal sealed class DecodingBudget : IDisposable
{
    private const int PixelsPerPermit = 1_000_000;

    /// <summary>256 MB at 4 bytes a pixel, unless the configured limit of one image is more.</summary>
    private const int MinimumPermits = 64;

    /// <summary>An image of more pixels is decoded once, to its center square: the model sees no more, and a card shows little more.</summary>
    private const int LargePixels = 16_000_000;

    /// <summary>The scale of that square, relative to what the model sees: large enough that a resize averages enough pixels.</summary>
    private const int ReducedScale = 4;

    private readonly ImagePreprocessor _reducer;
    private readonly int _permits;
    private readonly ConcurrencyLimiter _limiter;

    public DecodingBudget(FeatureExtractor extractor)
    {
        ImagePreprocessor preprocessor = extractor.Preprocessor;
        int side = ReducedScale * preprocessor.Spec.ResizePixels;
        _reducer = new ImagePreprocessor(preprocessor.Spec with { ImagePixels = side, ResizePixels = side }, preprocessor.Options);
        _permits = Math.Max(MinimumPermits, Permits(preprocessor.Options.MaximumPixels));
        _limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = _permits,
            QueueLimit = int.MaxValue,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
    }

    /// <summary>Waits for an encoded image's turn.</summary>
    /// <param name="encoded">The image.</param>
    /// <param name="name">Its name in errors.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <param name="isWhole">Whether the whole of a large image is needed, rather than its center square.</param>
    /// <exception cref="Scott.Models.ImageFormatException">A large image cannot be decoded.</exception>
    public async Task<DecodingTurn> EnterAsync(
        ReadOnlyMemory<byte> encoded, string name, CancellationToken cancellationToken, bool isWhole = false)
    {
        ImageSource source = ImageSource.FromBytes(encoded, name);

        // If Skia does not know the size, the image may still be decoded: it counts as the largest.
        long? pixels = CountPixels(encoded);
        RateLimitLease share = await _limiter.AcquireAsync(Math.Min(Permits(pixels ?? long.MaxValue), _permits), cancellationToken);
        try
        {
            if (isWhole || pixels is null or <= LargePixels)
                return new DecodingTurn(source, null, share);

            RgbImage reduced = await _reducer.PreprocessToImageAsync(source, cancellationToken);
            return new DecodingTurn(ImageSource.FromImage(reduced, name), reduced, share);
        }
        catch
        {
            share.Dispose();
            throw;
        }
    }

    /// <summary>Waits for the turn of a file.</summary>
    public async Task<DecodingTurn> EnterAsync(string path, CancellationToken cancellationToken) =>
        await EnterAsync(await IndexedFolder.ReadBytesAsync(path, cancellationToken), path, cancellationToken);

    public void Dispose() => _limiter.Dispose();

    private static long? CountPixels(ReadOnlyMemory<byte> encoded)
    {
        ArraySegment<byte> bytes = MemoryMarshal.TryGetArray(encoded, out ArraySegment<byte> whole) ? whole : encoded.ToArray();
        using var stream = new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false);
        using SKCodec? codec = SKCodec.Create(stream);
        return codec is null ? null : (long)codec.Info.Width * codec.Info.Height;
    }

    private static int Permits(long pixels) => (int)Math.Clamp(pixels / PixelsPerPermit, 1, int.MaxValue);
}
