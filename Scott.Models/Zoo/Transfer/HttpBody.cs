using System.IO.Compression;

namespace Scott.Models.Zoo.Transfer;

/// <summary>The body of an answer. No encoding is asked for; where a proxy puts one on all the same, it is taken off.</summary>
internal static class HttpBody
{
    private const string Identity = "identity";

    public static bool IsEncoded(HttpResponseMessage response) => Encodings(response).Length > 0;

    public static async Task<Stream> OpenAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        return Encodings(response) switch
        {
            [] => body,
            ["gzip" or "x-gzip"] => new GZipStream(body, CompressionMode.Decompress),
            ["br"] => new BrotliStream(body, CompressionMode.Decompress),
            ["deflate"] => new ZLibStream(body, CompressionMode.Decompress),
            string[] others => throw new SourceFaultException($"it sends the encoding '{string.Join(", ", others)}'; none was asked for."),
        };
    }

    private static string[] Encodings(HttpResponseMessage response) =>
        [.. response.Content.Headers.ContentEncoding.Select(name => name.ToLowerInvariant()).Where(name => name != Identity)];
}
