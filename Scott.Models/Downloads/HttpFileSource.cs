using System.Net;
using System.Net.Http.Headers;

namespace Scott.Models.Downloads;

/// <summary>A file on a server. Resumes from the bytes on disk, if the server still has the same file.</summary>
/// <remarks>RFC 9110, sections 13.1.5 (If-Range), 14 (ranges) and 15.3.7 (206).</remarks>
// The name is the address without the query: with a new signature it is the same source, and no signature is kept on disk.
internal sealed class HttpFileSource(Uri address, HttpExchange http, AuthenticationHeaderValue? secret = null) : FileSource(AddressText.Of(address))
{
    public override Task FillAsync(PartFile part, TransferMeter meter, bool bypassCaches, CancellationToken cancellationToken) =>
        SafeAddress.IsAllowed(address)
        ? http.RunAsync(token => AttemptAsync(part, meter, bypassCaches, token), retries: true, cancellationToken)
        : throw new SourceFaultException($"its address is not allowed; expected {SafeAddress.Expected}.");

    private async Task AttemptAsync(PartFile part, TransferMeter meter, bool bypassCaches, CancellationToken cancellationToken)
    {
        long from = part.Length;
        using HttpResponseMessage response = await http.SendAsync(
            address, request => Prepare(request, part, bypassCaches), cancellationToken, secret).ConfigureAwait(false);
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                part.File.RequireLength(AnnouncedLength(response, part.File));
                part.Restart(OriginOf(response, part.File));
                break;
            case HttpStatusCode.PartialContent:
                AcceptRange(response, part, from);
                break;
            case HttpStatusCode.RequestedRangeNotSatisfiable when from > 0:
                part.Discard();
                throw new TransientFaultException($"it has no bytes from {from} on.");
            default:
                throw http.Refusal(response);
        }

        HttpBody body = await http.OpenBodyAsync(response, part.File.Name, cancellationToken).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            await CopyAsync(ReadAsync, part, AnnouncedLength(response, part.File), meter, cancellationToken).ConfigureAwait(false);
        }

        async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken token)
        {
            int count = await body.ReadAsync(buffer, token).ConfigureAwait(false);
            Instruments.DownloadBytes.Add(count, new KeyValuePair<string, object?>(ScottTelemetry.ModelTag, part.File.ModelId));
            return count;
        }
    }

    private void Prepare(HttpRequestMessage request, PartFile part, bool bypassCaches)
    {
        request.Headers.CacheControl!.NoCache = bypassCaches;
        if (part.Length == 0)
            return;

        request.Headers.Range = new RangeHeaderValue(part.Length, null);

        // If the bytes come from another source, or have no validator, the rest is requested without a condition: the checksum of the file decides.
        if (part.Origin is { } origin && origin.Source == Name)
        {
            request.Headers.IfRange = origin switch
            {
                { ETag: { } tag } => new RangeConditionHeaderValue(tag),
                { LastModified: { } date } => new RangeConditionHeaderValue(date),
                _ => null,
            };
        }
    }

    /// <summary>Checks that a partial answer continues where the part ends, and belongs to the same file.</summary>
    private void AcceptRange(HttpResponseMessage response, PartFile part, long from)
    {
        ContentRangeHeaderValue? range = response.Content.Headers.ContentRange;
        PartOrigin current = OriginOf(response, part.File);
        bool isChanged = part.Origin is { ETag: { } tag } origin && origin.Source == Name && current.ETag is { } now && now != tag;
        bool isEncoded = HttpBody.IsEncoded(response, part.File.Name);
        if (from == 0 || range?.From != from || isChanged || isEncoded)
        {
            part.Discard();
            throw new TransientFaultException(
                isChanged ? "the file there changed during the download."
                : isEncoded ? "it answered with a range of the file in an encoding; none was asked for."
                : from == 0 ? $"it answered with the range '{range}'; the whole file was asked for."
                : $"it answered with the range '{range}'; the bytes from {from} on were asked for.");
        }

        part.File.RequireLength(AnnouncedLength(response, part.File));
        part.SetOrigin(current);
    }

    /// <summary>The whole file's length, if the server tells it.</summary>
    private static long? AnnouncedLength(HttpResponseMessage response, ExpectedFile file) => response switch
    {
        { StatusCode: HttpStatusCode.PartialContent } => response.Content.Headers.ContentRange?.Length,
        _ => HttpBody.IsEncoded(response, file.Name) ? null : response.Content.Headers.ContentLength,
    };

    /// <summary>The origin of an answer's bytes. Keeps only a strong validator, and none of an encoding that a proxy added.</summary>
    private PartOrigin OriginOf(HttpResponseMessage response, ExpectedFile file)
    {
        bool isOwn = !HttpBody.IsEncoded(response, file.Name);
        string? tag = isOwn && response.Headers.ETag is { IsWeak: false } found ? found.Tag : null;
        return PartOrigin.Of(file, Name, tag, isOwn ? response.Content.Headers.LastModified : null);
    }
}
