using System.Globalization;
using ImageSearch.Duplicates;

namespace ImageSearch.Web;

/// <summary>Serves the groups of near duplicates. The comparison stops when its client disconnects.</summary>
internal static class DuplicateEndpoints
{
    public static void MapDuplicates(this WebApplication app) =>
        app.MapGet("/api/duplicates", FindAsync).RequireRateLimiting(RequestGates.Comparisons);

    private static async Task<IResult> FindAsync(
        string? threshold, HttpRequest request, DuplicateFinder duplicates, IHostApplicationLifetime lifetime)
    {
        double? value = threshold is null ? null
            : double.TryParse(threshold, NumberStyles.Float, CultureInfo.InvariantCulture, out double parsed) && parsed is > 0 and <= 1 ? parsed
            : throw new RefusedException(
                "The threshold is not a similarity; expected a number of more than 0, at most 1.", StatusCodes.Status400BadRequest);
        using CancellationTokenSource ended = RequestEnd.Of(request, lifetime);
        return Results.Ok(await duplicates.FindAsync(value, ended.Token));
    }
}
