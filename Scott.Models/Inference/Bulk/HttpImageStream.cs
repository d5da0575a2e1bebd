using System.Net;
using System.Net.Http.Headers;
using Scott.Models.Downloads;

namespace Scott.Models.Inference;

/// <summary>A file on a server, from a byte on. If the connection breaks, it asks again for the bytes that are missing.</summary>
internal sealed class HttpImageStream(HttpExchange http, Uri address, long offset) : ForwardStream
{
    private const int SkipBytes = 1 << 16;

    private HttpResponseMessage? _response;
    private HttpBody? _body;
    private EntityTagHeaderValue? _tag;
    private DateTimeOffset? _modified;
    private long? _length;
    private readonly long _first = offset;
    private long _position = offset;
    private bool _isAtEnd;

    /// <summary>Waits for the answer, so that a missing file is known at once.</summary>
    public Task OpenAsync(CancellationToken cancellationToken) => RunAsync(ConnectAsync, cancellationToken);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = 0;
        await RunAsync(
            async token =>
            {
                await ConnectAsync(token).ConfigureAwait(false);
                count = _body is null ? 0 : await _body.ReadAsync(buffer, token).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
        _position += count;
        return count;
    }

    public override async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            CloseAsync().AsTask().GetAwaiter().GetResult();

        base.Dispose(disposing);
    }

    /// <summary>Runs a step with the retries of downloads; each begins with a new connection.</summary>
    private async Task RunAsync(Func<CancellationToken, Task> step, CancellationToken cancellationToken)
    {
        async Task AttemptAsync(CancellationToken token)
        {
            try
            {
                await step(token).ConfigureAwait(false);
            }
            catch
            {
                await CloseAsync().ConfigureAwait(false);
                throw;
            }
        }

        try
        {
            await http.RunAsync(AttemptAsync, retries: true, cancellationToken).ConfigureAwait(false);
        }
        catch (SourceFaultException exception)
        {
            throw new IOException($"'{AddressText.Of(address)}' cannot be read: {exception.Message}", exception);
        }
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        if (_body is not null || _isAtEnd)
            return;

        _response = await http.SendAsync(address, Prepare, cancellationToken).ConfigureAwait(false);
        switch (_response.StatusCode)
        {
            case HttpStatusCode.RequestedRangeNotSatisfiable when _position > 0 && (_length ?? _position) == _position:
                _isAtEnd = true;
                return;
            case HttpStatusCode.RequestedRangeNotSatisfiable when _position > 0:
                throw Changed();
            case HttpStatusCode.PartialContent when _position > 0 && _response.Content.Headers.ContentRange?.From == _position:
            case HttpStatusCode.OK:
                break;
            case HttpStatusCode.PartialContent:
                throw new SourceFaultException($"it answered with the range '{_response.Content.Headers.ContentRange}', which was not asked for.");
            default:
                throw http.Refusal(_response);
        }

        HttpContentHeaders headers = _response.Content.Headers;
        EntityTagHeaderValue? tag = _response.Headers.ETag is { IsWeak: false } strong ? strong : null;
        long? length = _response.StatusCode == HttpStatusCode.OK ? headers.ContentLength : headers.ContentRange?.Length;
        if ((_tag ?? tag)?.Equals(tag ?? _tag) == false || (_length ?? length) != (length ?? _length)
            || ((_tag is null || tag is null) && (_modified ?? headers.LastModified) != (headers.LastModified ?? _modified)))
        {
            throw Changed();
        }

        (_tag, _length, _modified) = (_tag ?? tag, _length ?? length, _modified ?? headers.LastModified);
        _body = await http.OpenBodyAsync(_response, string.Empty, cancellationToken).ConfigureAwait(false);
        if (_response.StatusCode == HttpStatusCode.OK)
            await SkipAsync(_body, cancellationToken).ConfigureAwait(false);
    }

    private static SourceFaultException Changed() => new("the file there changed while it was read.");

    private void Prepare(HttpRequestMessage request)
    {
        if (_position == 0)
            return;

        request.Headers.Range = new RangeHeaderValue(_position, null);
        request.Headers.IfRange = _tag is null ? null : new RangeConditionHeaderValue(_tag);
    }

    /// <summary>Reads past the bytes that a server without ranges sends again.</summary>
    private async Task SkipAsync(HttpBody body, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[(int)Math.Min(SkipBytes, _position)];
        for (long left = _position; left > 0;)
        {
            int count = await body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), cancellationToken).ConfigureAwait(false);
            if (count == 0 && _position > _first)
                throw Changed();
            if (count == 0)
                return; // The file is shorter than the caller thinks.

            left -= count;
        }
    }

    private async ValueTask CloseAsync()
    {
        if (_body is { } body)
            await body.DisposeAsync().ConfigureAwait(false);

        _response?.Dispose();
        (_body, _response) = (null, null);
    }
}
