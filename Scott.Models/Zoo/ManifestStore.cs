using System.Buffers;
using System.Net;
using Scott.Models.Common;
using Scott.Models.Errors;
using Scott.Models.Zoo.Transfer;

namespace Scott.Models.Zoo;

/// <summary>Reads the manifests that the options name. Each one fetched is copied into the cache, for when there is no network.</summary>
internal sealed class ManifestStore(ZooOptions options, ModelCache cache, HttpExchange http, bool isOffline)
{
    private const int MaximumBytes = 16 << 20;

    public async Task<ModelCatalog> LoadAsync(CancellationToken cancellationToken)
    {
        var catalog = new ModelCatalog();
        catalog.Add(WeightsManifest.Embedded, null);
        foreach (string place in options.Manifests)
        {
            Uri address = ZooAddress.OfManifest(place);
            ReadOnlyMemory<byte> json = address.IsFile
                ? await ReadFileAsync(address.LocalPath, place, cancellationToken).ConfigureAwait(false)
                : await FetchOrRecallAsync(address, cancellationToken).ConfigureAwait(false);
            catalog.Add(ManifestReader.Read(json, place), address);
        }

        return catalog;
    }

    private static async Task<ReadOnlyMemory<byte>> ReadFileAsync(string path, string place, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (CacheFailure.Is(exception))
        {
            throw Unreadable(place, exception.Message, exception);
        }
    }

    private async Task<ReadOnlyMemory<byte>> FetchOrRecallAsync(Uri address, CancellationToken cancellationToken)
    {
        string copy = cache.ManifestCopyOf(address);
        if (isOffline)
        {
            return File.Exists(copy)
                ? await ReadFileAsync(copy, address.OriginalString, cancellationToken).ConfigureAwait(false)
                : throw Unreadable(
                    address.OriginalString,
                    $"{ZooEnvironment.NetworkForbidden} and '{cache.Root}' holds no copy of it. "
                        + "Name a file in ZooOptions.Manifests, or use the network once.");
        }

        byte[] json = await FetchAsync(address, cancellationToken).ConfigureAwait(false);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            await AtomicFile.WriteBytesAsync(copy, json, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (CacheFailure.Is(exception))
        {
            // The copy serves a later time without network; a cache that is read-only, or full, must not spoil this one.
        }

        return json;
    }

    private async Task<byte[]> FetchAsync(Uri address, CancellationToken cancellationToken)
    {
        byte[] json = [];
        try
        {
            await http.RetryAsync(
                async token =>
                {
                    using HttpResponseMessage response = await http.SendAsync(address, static _ => { }, token).ConfigureAwait(false);
                    json = response.StatusCode == HttpStatusCode.OK
                        ? await ReadBodyAsync(response, token).ConfigureAwait(false)
                        : throw http.Refusal(response);
                },
                cancellationToken).ConfigureAwait(false);
            return json;
        }
        catch (SourceFaultException exception)
        {
            throw Unreadable(
                address.OriginalString, exception.Message + " ZooOptions.Offline makes do with the copy of an earlier call, if there was one.", exception);
        }
    }

    private async Task<byte[]> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        const int ChunkBytes = 1 << 14;
        var json = new ArrayBufferWriter<byte>();
        Stream body = await HttpBody.OpenAsync(response, string.Empty, cancellationToken).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            int count;
            while ((count = await http.ReadAsync(body, json.GetMemory(ChunkBytes), cancellationToken).ConfigureAwait(false)) > 0)
            {
                json.Advance(count);
                if (json.WrittenCount > MaximumBytes)
                {
                    throw new SourceFaultException($"it sends more than {MaximumBytes} bytes, which no manifest has.");
                }
            }
        }

        return json.WrittenSpan.ToArray();
    }

    private static ManifestException Unreadable(string place, string reason, Exception? inner = null) =>
        new(place, [new ManifestFault(string.Empty, $"it cannot be read: {reason}")], inner);
}
