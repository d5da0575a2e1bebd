using System.IO.Compression;
using Polly;

namespace Scott.Models.Downloads;

/// <summary>The body of an answer. Removes an encoding that a proxy may have added. Reading fails if no bytes come for too long, or if they come too
/// slowly. The time for writing does not count.</summary>
internal sealed class HttpBody : IAsyncDisposable
{
    private const string Identity = "identity";

    private readonly Stream _stream;
    private readonly ResiliencePipeline _stall;
    private readonly DownloadOptions _options;
    private TimeSpan _waited;
    private long _bytes;

    private HttpBody(Stream stream, ResiliencePipeline stall, DownloadOptions options) => (_stream, _stall, _options) = (stream, stall, options);

    public static async Task<HttpBody> OpenAsync(
        HttpResponseMessage response, string fileName, ResiliencePipeline stall, DownloadOptions options, CancellationToken cancellationToken)
    {
        Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        Stream decoded = Encodings(response, fileName) switch
        {
            [] => body,
            ["gzip" or "x-gzip"] => new GZipStream(body, CompressionMode.Decompress),
            ["br"] => new BrotliStream(body, CompressionMode.Decompress),
            ["deflate"] => new ZLibStream(body, CompressionMode.Decompress),
            string[] others => throw new SourceFaultException($"it sends the encoding '{string.Join(", ", others)}'; none was asked for."),
        };
        return new HttpBody(decoded, stall, options);
    }

    public static bool IsEncoded(HttpResponseMessage response, string fileName) => Encodings(response, fileName).Length > 0;

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        long begun = _options.TimeProvider.GetTimestamp();
        int count = await _stall.ExecuteAsync(
            static (state, token) => state._stream.ReadAsync(state.buffer, token), (_stream, buffer), cancellationToken).ConfigureAwait(false);
        if (count > 0)
            RequireRate(_options.TimeProvider.GetElapsedTime(begun), count);

        return count;
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    /// <summary>Counts the bytes that came after a wait, and checks the rate.</summary>
    /// <exception cref="SourceFaultException">A window has passed with fewer bytes than the options ask for.</exception>
    public void RequireRate(TimeSpan waited, int bytes)
    {
        _waited += waited;
        _bytes += bytes;
        if (_waited < _options.MinimumRateWindow)
            return;

        double rate = _bytes / _waited.TotalSeconds;
        if (rate < _options.MinimumBytesPerSecond)
        {
            string setting = $"{_options.GetType().Name}.{nameof(DownloadOptions.MinimumBytesPerSecond)}";
            throw new SourceFaultException(string.Create(
                CultureInfo.InvariantCulture,
                $"it is too slow: {Plural.Of(_bytes, "byte")} in {_waited.TotalSeconds:0.###} seconds, {rate:0.#} a second; expected at least "
                    + $"{_options.MinimumBytesPerSecond} a second. A lower {setting} accepts it; 0 accepts any rate."));
        }

        (_waited, _bytes) = (TimeSpan.Zero, 0);
    }

    /// <summary>The encodings to remove. Many servers say that a .gz file has the encoding gzip. That is the file itself, and stays.</summary>
    private static string[] Encodings(HttpResponseMessage response, string fileName)
    {
        bool isGzip = fileName.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) || fileName.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase);
        return [.. response.Content.Headers.ContentEncoding
            .Select(name => name.ToLowerInvariant())
            .Where(name => name != Identity && !(isGzip && name is ("gzip" or "x-gzip")))];
    }
}
