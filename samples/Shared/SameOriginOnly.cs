namespace Samples.Shared;

/// <summary>Refuses requests from pages of other sites, which a browser marks as such.</summary>
/// <param name="next">What answers the others.</param>
/// <param name="dataPath">Below this path, reading is refused too.</param>
internal sealed class SameOriginOnly(RequestDelegate next, string dataPath)
{
    private const string FetchSite = "Sec-Fetch-Site";

    public Task InvokeAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        bool asksForData = request.Path.StartsWithSegments(dataPath, StringComparison.OrdinalIgnoreCase)
            || !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method));
        return asksForData && IsForeign(request)
            ? Results.Problem(
                "Only this app's own page may ask for this; the request comes from another site.",
                statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(context)
            : next(context);
    }

    private static bool IsForeign(HttpRequest request)
    {
        // A browser knows best, also where a proxy takes off TLS or renames the host. "none" means that the user made the request, for example by
        // typing the address.
        if (request.Headers[FetchSite].ToString() is { Length: > 0 } site)
            return site is not ("same-origin" or "none");

        string? origin = request.Headers.Origin;
        return origin is not null && !origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
    }
}
