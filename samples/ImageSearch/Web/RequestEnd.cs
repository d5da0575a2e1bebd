namespace ImageSearch.Web;

/// <summary>Says when work for a request is no longer wanted.</summary>
internal static class RequestEnd
{
    /// <summary>A token source that cancels when the client disconnects or the app ends; the caller disposes it.</summary>
    public static CancellationTokenSource Of(HttpRequest request, IHostApplicationLifetime lifetime) =>
        CancellationTokenSource.CreateLinkedTokenSource(request.HttpContext.RequestAborted, lifetime.ApplicationStopping);
}
