using System.Buffers;
using System.Net;
using Scott.Models.Downloads;

namespace Scott.Models.Zoo;

/// <summary>Gets a manifest's text from a server.</summary>
internal sealed class ManifestFetcher(HttpExchange http)
{
    private const int ChunkBytes = 1 << 14;

    /// <param name="address">The manifest.</param>
    /// <param name="retries">Whether faults that may pass are waited out.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="SourceFaultException">The server does not deliver it.</exception>
    public async Task<ReadOnlyMemory<byte>> FetchAsync(Uri address, bool retries, CancellationToken cancellationToken)
    {
        byte[] json = [];
        await http.RunAsync(AttemptAsync, retries, cancellationToken).ConfigureAwait(false);
        return json;

        async Task AttemptAsync(CancellationToken token)
        {
            using HttpResponseMessage response = await http.SendAsync(address, static _ => { }, token).ConfigureAwait(false);
            json = response.StatusCode == HttpStatusCode.OK
                ? await ReadBodyAsync(response, token).ConfigureAwait(false)
                : throw http.Refusal(response);
        }
    }

    private async Task<byte[]> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var json = new ArrayBufferWriter<byte>();
        MinimumRate rate = http.StartRate();
        Stream body = await HttpBody.OpenAsync(response, string.Empty, cancellationToken).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            int count;
            while ((count = await http.ReadAsync(body, json.GetMemory(ChunkBytes), rate, cancellationToken).ConfigureAwait(false)) > 0)
            {
                json.Advance(count);
                if (json.WrittenCount > ManifestReader.MaximumBytes)
                {
                    throw new SourceFaultException($"it sends more than {Plural.Of(ManifestReader.MaximumBytes, "byte")}, which no manifest has.");
                }
            }
        }

        return json.WrittenSpan.ToArray();
    }
}
