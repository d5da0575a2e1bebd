using Scott.Models.Downloads;

namespace Scott.Models.Zoo;

/// <summary>Reads the manifests that the options name. Each sound one that was fetched is copied into the cache, for when its server cannot be used.</summary>
internal sealed class ManifestStore(ZooOptions options, ModelCache cache, HttpExchange http, bool isOffline)
{
    private readonly ManifestFetcher _fetcher = new(http);

    public async Task<ModelCatalog> LoadAsync(CancellationToken cancellationToken)
    {
        var catalog = new ModelCatalog();
        catalog.Add(WeightsManifest.Embedded, null);
        foreach (string place in options.Manifests)
        {
            Uri address = ZooAddress.OfManifest(place);
            if (address.IsFile)
            {
                catalog.Add(await ReadFileAsync(address.LocalPath, place, cancellationToken).ConfigureAwait(false), address);
            }
            else
            {
                (WeightsManifest manifest, RecalledManifest? recalled) = await FetchOrRecallAsync(address, cancellationToken).ConfigureAwait(false);
                catalog.Add(manifest, address, recalled);
            }
        }

        return catalog;
    }

    private static async Task<WeightsManifest> ReadFileAsync(string path, string place, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> json;
        try
        {
            json = await PlainFile.ReadAsync(path, ManifestReader.MaximumBytes, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            throw Unreadable(place, exception.Message, exception);
        }

        return ManifestReader.Read(json, place);
    }

    private async Task<(WeightsManifest Manifest, RecalledManifest? Recalled)> FetchOrRecallAsync(Uri address, CancellationToken cancellationToken)
    {
        string copy = cache.ManifestCopyOf(address);
        string place = AddressText.Of(address);
        bool hasCopy = File.Exists(copy);
        if (isOffline)
        {
            return hasCopy
                ? await RecallAsync(copy, place, ZooEnvironment.NetworkForbidden + ".", null, cancellationToken).ConfigureAwait(false)
                : throw Unreadable(
                    place,
                    $"{ZooEnvironment.NetworkForbidden} and '{cache.Root}' holds no copy of it. "
                        + "Name a file in ZooOptions.Manifests, or use the network once.");
        }

        try
        {
            // With a copy there is no reason to make the caller wait for a server that is away.
            ReadOnlyMemory<byte> json = await _fetcher.FetchAsync(address, retries: !hasCopy, cancellationToken).ConfigureAwait(false);
            WeightsManifest manifest = ManifestReader.Read(json, place);
            await KeepAsync(copy, json, place, cancellationToken).ConfigureAwait(false);
            return (manifest, null);
        }
        catch (SourceFaultException exception) when (hasCopy)
        {
            return await RecallAsync(copy, place, exception.Message, exception, cancellationToken).ConfigureAwait(false);
        }
        catch (ManifestException exception) when (hasCopy)
        {
            string first = exception.Faults[0].ToString();
            return await RecallAsync(copy, place, $"what its server sends now cannot be used: {first}", exception, cancellationToken).ConfigureAwait(false);
        }
        catch (SourceFaultException exception)
        {
            throw Unreadable(place, $"{exception.Message} '{cache.Root}' holds no copy of it.", exception);
        }
    }

    /// <summary>Takes the copy in the cache, and says so.</summary>
    private async Task<(WeightsManifest Manifest, RecalledManifest? Recalled)> RecallAsync(
        string copy, string place, string reason, Exception? cause, CancellationToken cancellationToken)
    {
        try
        {
            WeightsManifest manifest = await ReadFileAsync(copy, place, cancellationToken).ConfigureAwait(false);
            var recalled = new RecalledManifest(place, options.TimeProvider.GetUtcNow() - File.GetLastWriteTimeUtc(copy), reason);
            if (cause is not null)
            {
                ManifestLog.Recalled(options.Logger, recalled);
            }

            return (manifest, recalled);
        }
        catch (ManifestException exception)
        {
            throw Unreadable(
                place, $"{reason} Its copy in the cache, '{copy}', cannot be used either: {exception.Faults[0]} Remove the copy.", cause ?? exception);
        }
    }

    private async Task KeepAsync(string copy, ReadOnlyMemory<byte> json, string place, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            await AtomicFile.WriteBytesAsync(copy, json, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            // The copy serves a later time without network; a cache that is read-only, or full, must not spoil this one.
            ManifestLog.NotKept(options.Logger, place, exception.Message);
        }
    }

    private static ManifestException Unreadable(string place, string reason, Exception? inner = null) =>
        new(place, [new ManifestFault(string.Empty, $"it cannot be read: {Quoted.Value(reason, Quoted.LongestFault * 2)}")], inner);
}
