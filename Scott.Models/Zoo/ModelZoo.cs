using Scott.Models.Downloads;

namespace Scott.Models.Zoo;

/// <summary>Finds, downloads, verifies and removes pretrained models, for one set of options.</summary>
internal sealed class ModelZoo
{
    private readonly ZooOptions _options;
    private readonly ManifestStore _manifests;
    private readonly ModelSources _sources;
    private readonly CacheFiller _filler;
    private readonly HubStore _hub;

    public ModelZoo(ZooOptions? options)
    {
        _options = (options ?? new ZooOptions()) with { StorageAdvice = StorageAdvice };
        _options.Validate();
        bool isOffline = _options.IsOffline;
        Cache = new ModelCache(_options);
        var http = new HttpExchange(_options);
        _manifests = new ManifestStore(_options, Cache, http, isOffline);
        _sources = new ModelSources(_options, http);
        _filler = new CacheFiller(_options, Cache, isOffline);
        _hub = new HubStore(_options, Cache, http);
    }

    public ModelCache Cache { get; }

    public Task<ModelCatalog> CatalogAsync(CancellationToken cancellationToken) => _manifests.LoadAsync(cancellationToken);

    /// <summary>The entry of a model that has weights.</summary>
    public async Task<CatalogEntry> FindAsync(string id, CancellationToken cancellationToken)
    {
        ModelCatalog catalog = await CatalogAsync(cancellationToken).ConfigureAwait(false);
        CatalogEntry entry = catalog.Find(id, _options.Revision);
        RequireWeights(entry.Model);
        return entry;
    }

    /// <summary>Gets the weights of a model from inside the package or from the cache. Downloads them into the cache if needed.</summary>
    public async Task<PretrainedWeights> OpenAsync(CatalogEntry entry, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        ManifestFile file = entry.Model.Weights;
        if (_sources.ReadEmbedded(entry.Model, file) is { } bytes)
        {
            progress?.Report(new DownloadProgress(entry.Model.Id, file.Name, file.Bytes, file.Bytes, 0));
            return new PretrainedWeights(entry.Model, ModelSources.EmbeddedName(file), bytes);
        }

        await EnsureAsync(entry, progress, cancellationToken).ConfigureAwait(false);
        return new PretrainedWeights(entry.Model, Cache.PathOf(entry.Model, file), null);
    }

    /// <summary>Downloads all files of a model into the cache.</summary>
    public async Task<CachedModel> DownloadAsync(string id, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        CatalogEntry entry = await FindAsync(id, cancellationToken).ConfigureAwait(false);
        if (HubOf(entry.Model) is { } repository)
        {
            HubSnapshot snapshot = await _hub.EnsureAsync(repository, progress, cancellationToken).ConfigureAwait(false);
            return Cache.List().Single(cached => (cached.Id, cached.Revision) == (repository.CacheName, snapshot.Commit));
        }

        await EnsureAsync(entry, progress, cancellationToken).ConfigureAwait(false);
        return Cached(entry.Model);
    }

    /// <summary>Reads a repository of the Hugging Face Hub, through the cache.</summary>
    public async Task<HubModel> ReadHubAsync(
        string name, string? revision, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        var repository = HubRepository.Parse(name, revision ?? _options.Revision);
        HubSnapshot snapshot = await _hub.EnsureAsync(repository, progress, cancellationToken).ConfigureAwait(false);
        var metadata = new ModelMetadata
        {
            Id = snapshot.Repository,
            Revision = snapshot.Commit,
            Provenance = $"imported from {AddressText.Of(_options.FullHubEndpoint)}/{snapshot.Repository} at commit {snapshot.Commit}",
        };
        string folder = _hub.FolderOf(repository with { Revision = snapshot.Commit });
        return await HubFolder.ReadAsync(folder, snapshot.Repository, _options.Storage, metadata, cancellationToken).ConfigureAwait(false);
    }

    public async Task<ModelVerification> VerifyAsync(string id, CancellationToken cancellationToken)
    {
        CatalogEntry entry = await FindAsync(id, cancellationToken).ConfigureAwait(false);
        if (HubOf(entry.Model) is { } repository)
            return new ModelVerification(entry.Model, await _hub.VerifyAsync(repository, cancellationToken).ConfigureAwait(false));

        return new ModelVerification(entry.Model, await VerifyFilesAsync(entry.Model, cancellationToken).ConfigureAwait(false));
    }

    public async Task<IReadOnlyList<CacheVerification>> VerifyCacheAsync(CancellationToken cancellationToken)
    {
        ModelCatalog catalog = await CatalogAsync(cancellationToken).ConfigureAwait(false);
        List<CacheVerification> all = [];
        foreach (CachedModel model in Cache.List().Where(model => _options.Revision is null || model.Revision == _options.Revision))
        {
            ManifestModel? known = catalog.Entries.Select(entry => entry.Model).FirstOrDefault(
                listed => (listed.Id, listed.Revision) == (model.Id, model.Revision));
            IReadOnlyList<FileVerification>? files = known is not null
                ? await VerifyFilesAsync(known, cancellationToken).ConfigureAwait(false)
                : await HubSnapshot.FindAsync(model.Folder, cancellationToken).ConfigureAwait(false) is { } record
                ? await record.VerifyAsync(model.Folder, long.MaxValue, cancellationToken).ConfigureAwait(false)
                : null;
            all.Add(new CacheVerification(model, files));
        }

        return all;
    }

    public async Task<long> RemoveAsync(string id, CancellationToken cancellationToken)
    {
        long freed = 0;
        HashSet<(string Id, string Revision)> ofHub = await OfHubAsync(id, cancellationToken).ConfigureAwait(false);
        foreach (CachedModel model in Cache.List().Where(
            model => (model.Id == id && (_options.Revision is null || model.Revision == _options.Revision))
                || ofHub.Contains((model.Id, model.Revision))))
        {
            using IDisposable held = await Cache.LockAsync(model.Id, model.Revision, static () => { }, cancellationToken).ConfigureAwait(false);
            Cache.Remove(model);
            freed += model.Bytes;
        }

        return freed;
    }

    /// <summary>The names in the cache of a listed model whose weights are on the hub.</summary>
    private async Task<HashSet<(string Id, string Revision)>> OfHubAsync(string id, CancellationToken cancellationToken)
    {
        HashSet<(string Id, string Revision)> found = [];
        foreach (ManifestModel listed in (await ListedAsync(cancellationToken).ConfigureAwait(false)).Where(model => model.Id == id))
        {
            if (HubOf(listed) is not { } repository)
                continue;

            // Without a revision, every commit in the cache goes. A branch stands for the commit that the hub named last.
            string? revision = _options.Revision;
            string? commit = revision == listed.Revision ? await _hub.FindCommitAsync(repository, cancellationToken).ConfigureAwait(false) : null;
            found.UnionWith(Cache.List()
                .Where(model => model.Id == repository.CacheName
                    && (revision is null || model.Revision == revision || model.Revision == commit))
                .Select(model => (model.Id, model.Revision)));
        }

        return found;
    }

    /// <summary>The models of all manifests; if one cannot be read, those of the package. Removing must work without network.</summary>
    private async Task<IEnumerable<ManifestModel>> ListedAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await CatalogAsync(cancellationToken).ConfigureAwait(false)).Entries.Select(entry => entry.Model);
        }
        catch (ScottException)
        {
            return WeightsManifest.Embedded.Models;
        }
    }

    /// <summary>Copies files of known models from a folder, or one file, into the cache, recognized by their content.</summary>
    public async Task<IReadOnlyList<CachedModel>> ImportAsync(
        string path, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        ModelCatalog catalog = await CatalogAsync(cancellationToken).ConfigureAwait(false);
        var wanted = catalog.Entries.Where(entry => _options.Revision is null || entry.Model.Revision == _options.Revision).ToList();
        FolderContent content = await FolderContent.ReadAsync(
            path, [.. wanted.SelectMany(entry => entry.Model.Files)], cancellationToken).ConfigureAwait(false);
        List<CachedModel> imported = [];
        foreach (CatalogEntry entry in wanted)
        {
            ManifestModel model = entry.Model;
            var files = model.Files.Where(file => content.ByHash.ContainsKey(file.Sha256)).ToList();
            foreach (ManifestFile file in files)
            {
                await _filler.EnsureAsync(
                    entry, file, [StreamFileSource.OfFile(content.ByHash[file.Sha256])], progress, cancellationToken).ConfigureAwait(false);
            }

            if (files.Count > 0)
                imported.Add(Cached(model));
        }

        return imported.Count > 0 ? imported : throw content.NothingFound();
    }

    private static string StorageAdvice(StorageFault fault) =>
        $"{nameof(ZooOptions)}.{nameof(ZooOptions.CacheFolder)} or {ZooOptions.CacheVariable} moves the model cache."
            + (fault == StorageFault.DiskFull ? " ScottModels.RemoveAsync removes models that you no longer need." : string.Empty);

    private static HubRepository? HubOf(ManifestModel model) =>
        model.HubRepository is { } name ? HubRepository.Parse(name, model.Revision) : null;

    private static void RequireWeights(ManifestModel model)
    {
        if (!model.IsAvailable)
        {
            throw new ModelUnavailableException(
                ModelUnavailableFault.NoWeights,
                model.Id,
                $"'{model.Id}' is an architecture to train; it has no weights. ScottModel.Create("
                    + (ScottArchitectures.Names.Contains(model.Id) ? $"\"{model.Id}\"" : "its architecture")
                    + ", seed) makes an untrained model, and Pretrain trains it on your images.");
        }

        if (model.MinimumPackageVersion is { } minimum && PackageVersion.Current < minimum)
        {
            throw new ModelUnavailableException(
                ModelUnavailableFault.PackageTooOld,
                model.Id,
                $"'{model.Id}' revision '{model.Revision}' needs Scott.Models {minimum}; this is {PackageVersion.Current}. "
                    + "Update the package, or pin an older revision.");
        }
    }

    /// <summary>Compares every byte of a model's files. One that is not in the cache may be in the package.</summary>
    private async Task<List<FileVerification>> VerifyFilesAsync(ManifestModel model, CancellationToken cancellationToken)
    {
        List<FileVerification> files = [];
        foreach (ManifestFile file in model.Files)
        {
            FileVerification cached = await ModelCache.VerifyAsync(
                Cache.PathOf(model, file), file, long.MaxValue, cancellationToken).ConfigureAwait(false);
            bool isInPackage = cached.Condition == FileCondition.Missing && _sources.ReadEmbedded(model, file) is not null;
            files.Add(isInPackage
                ? new FileVerification(file, ModelSources.EmbeddedName(file), FileCondition.Sound, file.Bytes, file.Sha256)
                : cached);
        }

        return files;
    }

    private async Task EnsureAsync(CatalogEntry entry, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        foreach (ManifestFile file in entry.Model.Files)
            await _filler.EnsureAsync(entry, file, [.. _sources.Of(entry, file)], progress, cancellationToken).ConfigureAwait(false);
    }

    private CachedModel Cached(ManifestModel model) => Cache.List().Single(cached => (cached.Id, cached.Revision) == (model.Id, model.Revision));
}

/// <summary>Verified weights: the path of a file, or embedded bytes with a name for errors in place of the path.</summary>
internal sealed record PretrainedWeights(ManifestModel Model, string Path, ReadOnlyMemory<byte>? Embedded);
