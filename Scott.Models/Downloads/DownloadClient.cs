using System.Net;
using System.Net.Http.Headers;

namespace Scott.Models.Downloads;

/// <summary>Sets up HTTP clients for downloads. Registered as a service, it marks that the client of the app is set up.</summary>
internal sealed class DownloadClient
{
    private static readonly Lazy<HttpClient> LazyShared = new(Create);

    /// <summary>The client that the whole process shares.</summary>
    public static HttpClient Shared => LazyShared.Value;

    public static void Configure(SocketsHttpHandler handler)
    {
        // The exchange follows redirects itself and checks where they lead.
        handler.AllowAutoRedirect = false;
        handler.AutomaticDecompression = DecompressionMethods.None;
        handler.UseCookies = false;
        handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5);
    }

    public static void Configure(HttpClient client)
    {
        // The exchange has its own timeouts for the connection and for stalls: a large file may take longer than any fixed time.
        client.Timeout = Timeout.InfiniteTimeSpan;
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Scott.Models", PackageVersion.Current.ToString()));
    }

    private static HttpClient Create()
    {
        var handler = new SocketsHttpHandler();
        Configure(handler);
        var client = new HttpClient(handler);
        Configure(client);
        return client;
    }
}
