using System.Net;
using System.Net.Http.Headers;

namespace Scott.Models.Downloads;

/// <summary>How a client is set up that fetches models, whoever makes it. As a service it marks that the app's client is.</summary>
internal sealed class ZooHttp
{
    public static void Configure(SocketsHttpHandler handler)
    {
        // Redirects are followed by the exchange, where it is checked where they lead.
        handler.AllowAutoRedirect = false;
        handler.AutomaticDecompression = DecompressionMethods.None;
        handler.UseCookies = false;
        handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5);
    }

    public static void Configure(HttpClient client)
    {
        // The exchange has timeouts of its own, for the connection and for stalls: a large file may take longer than any fixed time.
        client.Timeout = Timeout.InfiniteTimeSpan;
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Scott.Models", PackageVersion.Current.ToString()));
    }
}
