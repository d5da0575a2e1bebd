using Scott.Models.Downloads;

namespace Scott.Models.Zoo;

/// <summary>Downloads files into the cache.</summary>
internal sealed class CacheFiller(ZooOptions options, ModelCache cache, bool isOffline)
{
    /// <summary>Makes sure that a sound file is in the cache. One thread of one process downloads it; the others wait, and then find it.</summary>
    public async Task EnsureAsync(
        CatalogEntry entry, ManifestFile file, IReadOnlyList<FileSource> sources, IProgress<DownloadProgress>? progress,
        CancellationToken cancellationToken)
    {
        ManifestModel model = entry.Model;
        string path = cache.PathOf(model, file);
        ExpectedFile expected = file.ToExpected(model.Id, entry.Recalled?.ToString());
        var meter = new TransferMeter(expected, progress, options.TimeProvider);
        FileVerification found = await VerifyAsync().ConfigureAwait(false);
        if (found.Condition != FileCondition.Sound)
        {
            FileSource[] usable = [.. sources.Where(source => !isOffline || source is not HttpFileSource)];
            RequireSource(entry, found, usable, sources.Count);
            using IDisposable held = await cache.LockAsync(
                model.Id, model.Revision, () => meter.Report(PartFile.LengthOf(path)), cancellationToken).ConfigureAwait(false);
            found = await VerifyAsync().ConfigureAwait(false);
            if (found.Condition != FileCondition.Sound)
                await DownloadAsync(path, expected, usable, meter, cancellationToken).ConfigureAwait(false);
        }

        meter.Finish(file.Bytes);

        Task<FileVerification> VerifyAsync() => ModelCache.VerifyAsync(path, file, ModelCache.HashedOnUseBytes, cancellationToken);
    }

    private async Task DownloadAsync(string path, ExpectedFile file, FileSource[] sources, TransferMeter meter, CancellationToken cancellationToken)
    {
        using Activity? activity = new Operation(Operation.Download, file.ModelId).Start()?.SetTag("scott.file", file.Name);
        try
        {
            await FileFetcher.FetchAsync(path, file, sources, meter, options, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Operation.Fail(activity, exception, cancellationToken);
            throw;
        }
    }

    private void RequireSource(CatalogEntry entry, FileVerification found, FileSource[] usable, int known)
    {
        if (usable.Length > 0)
            return;

        ManifestModel model = entry.Model;
        string missing = $"'{found.File.Name}' of model '{model.Id}', revision '{model.Revision}', {Plural.Of(found.File.Bytes, "byte")}";
        string state = found.Condition == FileCondition.Missing ? $"is not at '{found.Path}'" : $"is damaged at '{found.Path}' ({found.Condition})";
        string note = entry.Recalled is { } recalled ? $" {recalled}" : string.Empty;
        throw known > 0
            ? new ModelUnavailableException(
                ModelUnavailableFault.Offline,
                model.Id,
                $"{missing}, {state}, and {options.NetworkForbidden}. Allow it, or bring the file from "
                    + $"another machine with ScottModels.ImportAsync; its SHA-256 is {found.File.Sha256}.{note}")
            : new ModelUnavailableException(ModelUnavailableFault.NoSource, model.Id, $"{missing}, {state}, and {NoSource(entry)}");
    }

    private static string NoSource(CatalogEntry entry) => entry.ManifestAddress is null
        ? "none of its sources can be reached from the manifest in the package. Name the manifest by its address or path in ZooOptions.Manifests."
        : $"the only source that its manifest '{AddressText.Of(entry.ManifestAddress)}' names is the package, which does not hold it. "
            + "Use a manifest with another source, or bring the file with ScottModels.ImportAsync.";
}
