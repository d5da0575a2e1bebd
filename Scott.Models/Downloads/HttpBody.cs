using System.IO.Compression;

namespace Scott.Models.Downloads;

/// <summary>The body of an answer. No encoding is asked for; where a proxy puts one on all the same, it is taken off.</summary>
internal static class HttpBody
{
    private const string Identity = "identity";

    public static bool IsEncoded(HttpResponseMessage response, string fileName) => Encodings(response, fileName).Length > 0;

    public static async Task<Stream> OpenAsync(HttpResponseMessage response, string fileName, CancellationToken cancellationToken)
    {
        Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        return Encodings(response, fileName) switch
        {
            [] => body,
            ["gzip" or "x-gzip"] => new GZipStream(body, CompressionMode.Decompress),
            ["br"] => new BrotliStream(body, CompressionMode.Decompress),
            ["deflate"] => new ZLibStream(body, CompressionMode.Decompress),
            string[] others => throw new SourceFaultException($"it sends the encoding '{string.Join(", ", others)}'; none was asked for."),
        };
    }

    /// <summary>Many servers call a .gz file encoded in gzip. That encoding is the file itself and stays on.</summary>
    private static string[] Encodings(HttpResponseMessage response, string fileName)
    {
        bool isGzip = fileName.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) || fileName.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase);
        return [.. response.Content.Headers.ContentEncoding
            .Select(name => name.ToLowerInvariant())
            .Where(name => name != Identity && !(isGzip && name is ("gzip" or "x-gzip")))];
    }
}
