using System.Globalization;
using System.Threading.RateLimiting;
using ImageSearch.Options;
using Microsoft.AspNetCore.RateLimiting;

namespace ImageSearch.Web;

/// <summary>
/// Bounds the requests served at once, before a byte of a body is read: waiting requests need almost no memory, and further requests get a 503.
/// </summary>
internal static class RequestGates
{
    public const string Searches = "searches";
    public const string Thumbnails = "thumbnails";
    public const string Comparisons = "comparisons";

    private const int MaximumSearches = 8;
    private const long UploadBytesAtOnce = 96L << 20;
    private const int QueuedSearches = 64;
    private const int ThumbnailsAtOnce = 8;
    private const int QueuedThumbnails = 256;

    /// <summary>A comparison of all images uses all cores by itself.</summary>
    private const int ComparisonsAtOnce = 1;

    private const int QueuedComparisons = 8;
    private const int RetryAfterSeconds = 2;

    public static IServiceCollection AddRequestGates(this IServiceCollection services, ServeOptions options)
    {
        // Each search may hold a body of the largest legal size.
        int searches = (int)Math.Clamp(UploadBytesAtOnce / options.MaximumUploadBytes, 1, MaximumSearches);
        return services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status503ServiceUnavailable;
            limiter.OnRejected = (rejected, _) => new ValueTask(RefuseAsync(rejected.HttpContext));
            limiter.AddConcurrencyLimiter(Searches, gate => Set(gate, searches, QueuedSearches));
            limiter.AddConcurrencyLimiter(Thumbnails, gate => Set(gate, ThumbnailsAtOnce, QueuedThumbnails));
            limiter.AddConcurrencyLimiter(Comparisons, gate => Set(gate, ComparisonsAtOnce, QueuedComparisons));
        });
    }

    private static void Set(ConcurrencyLimiterOptions gate, int atOnce, int queued)
    {
        gate.PermitLimit = atOnce;
        gate.QueueLimit = queued;
        gate.QueueProcessingOrder = QueueProcessingOrder.OldestFirst;
    }

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        IResult busy = Results.Problem(
            $"The app is busy with other requests; try again in {RetryAfterSeconds} seconds.",
            statusCode: StatusCodes.Status503ServiceUnavailable,
            title: "The app is busy");
        return busy.ExecuteAsync(context);
    }
}
