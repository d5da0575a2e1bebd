using System.Net;
using Scott.Models.Downloads;

namespace Scott.Models.Zoo;

/// <summary>Reads the manifests that the options name. The cache keeps copies of sound ones, for when a server cannot be used.</summary>
internal sealed partial class ManifestStore(ZooOptions options, ModelCache cache, HttpExchange http, bool isOffline)
{
    public async Task<ModelCatalog> LoadAsync(CancellationToken cancellationToken)
    {
        var catalog = new ModelCatalog();
        catalog.Add(WeightsManifest.Embedded, null);
        foreach (string place in options.Manifests)
        {
            Uri address = AddressOf(place);
            if (address.IsFile)
            {
                catalog.Add(await ReadFileAsync(address.LocalPath, place, cancellationToken).ConfigureAwait(false), address);
            }
            else
            {
                (WeightsManifest manifest, RecalledManifest? recalled) = await DownloadOrRecallAsync(
                    address, cancellationToken).ConfigureAwait(false);
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

    private async Task<(WeightsManifest Manifest, RecalledManifest? Recalled)> DownloadOrRecallAsync(Uri address, CancellationToken cancellationToken)
    {
        string copy = cache.ManifestCopyOf(address);
        string place = AddressText.Of(address);
        bool hasCopy = File.Exists(copy);
        if (isOffline)
        {
            return hasCopy
                ? await RecallAsync(copy, place, options.NetworkForbidden + ".", null, cancellationToken).ConfigureAwait(false)
                : throw Unreadable(
                    place,
                    $"{options.NetworkForbidden} and '{cache.Root}' holds no copy of it. "
                        + "Name a file in ZooOptions.Manifests, or use the network once.");
        }

        try
        {
            // If there is a copy, the caller need not wait for a server that does not answer.
            ReadOnlyMemory<byte> json = await DownloadAsync(address, retries: !hasCopy, cancellationToken).ConfigureAwait(false);
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
            return await RecallAsync(
                copy, place, $"what its server sends cannot be used: {first}", exception, cancellationToken).ConfigureAwait(false);
        }
        catch (SourceFaultException exception)
        {
            throw Unreadable(place, $"{exception.Message} '{cache.Root}' holds no copy of it.", exception);
        }
    }

    /// <summary>Reads the copy in the cache, and logs a warning unless the network is forbidden.</summary>
    private async Task<(WeightsManifest Manifest, RecalledManifest? Recalled)> RecallAsync(
        string copy, string place, string reason, Exception? cause, CancellationToken cancellationToken)
    {
        try
        {
            WeightsManifest manifest = await ReadFileAsync(copy, place, cancellationToken).ConfigureAwait(false);
            var recalled = new RecalledManifest(place, options.TimeProvider.GetUtcNow() - File.GetLastWriteTimeUtc(copy), reason);
            if (cause is not null)
                LogRecalled(recalled);

            return (manifest, recalled);
        }
        catch (ManifestException exception)
        {
            throw Unreadable(
                place, $"{reason} Its copy in the cache, '{copy}', cannot be used either: {exception.Faults[0]} Remove the copy.",
                cause ?? exception);
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
            // The copy is for later calls without network. If the cache is read-only or full, this call must not fail.
            LogNotKept(options.Logger, place, exception.Message);
        }
    }

    private static ManifestException Unreadable(string place, string reason, Exception? inner = null) =>
        new(place, [new ManifestFault(string.Empty, $"it cannot be read: {Quoted.Value(reason, Quoted.LongestFault * 2)}")], inner);

    /// <summary>The address of a manifest: an http(s) or file address stays as it is, anything else is a path.</summary>
    private static Uri AddressOf(string place) =>
        Uri.TryCreate(place, UriKind.Absolute, out Uri? address)
        && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp || address.IsFile)
            ? address
            : new Uri(Path.GetFullPath(place));

    /// <exception cref="SourceFaultException">The server does not deliver it.</exception>
    private async Task<ReadOnlyMemory<byte>> DownloadAsync(Uri address, bool retries, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> json = default;
        await http.RunAsync(AttemptAsync, retries, cancellationToken).ConfigureAwait(false);
        return json;

        async Task AttemptAsync(CancellationToken token)
        {
            using HttpResponseMessage response = await http.SendAsync(address, static _ => { }, token).ConfigureAwait(false);
            json = response.StatusCode == HttpStatusCode.OK
                ? await http.ReadBodyAsync(response, ManifestReader.MaximumBytes, token).ConfigureAwait(false)
                : throw http.Refusal(response);
        }
    }

    private void LogRecalled(RecalledManifest manifest)
    {
        if (options.Logger.IsEnabled(LogLevel.Warning))
            LogRecalled(options.Logger, manifest.Address, manifest.AgeText, manifest.Reason);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Using the cached copy of the manifest '{Address}', {Age} old: {Reason}")]
    private static partial void LogRecalled(ILogger logger, string address, string age, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The manifest '{Address}' was downloaded, but the cache cannot keep a copy of it: {Reason}")]
    private static partial void LogNotKept(ILogger logger, string address, string reason);
}
