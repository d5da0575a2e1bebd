using Scott.Models.Downloads;
using Scott.Models.Zoo;

namespace Scott.Models;

/// <summary>
/// Lists, downloads, verifies, imports and removes pretrained models and their files in the cache. Thread-safe. Processes can share a
/// cache: one downloads, the others wait, and none sees an incomplete file.
/// </summary>
/// <remarks>
/// A file gets its name in the cache only after its SHA-256 is checked. Before each use, files of up to 64 MiB are hashed again. For larger files
/// only the length is checked; <see cref="VerifyAsync"/> hashes them too.
/// All methods with options throw <see cref="ScottConfigurationException"/> if the options are not legal.
/// </remarks>
public static class ScottModels
{
    /// <summary>
    /// The model inside the package that serves photos best: <c>scott-mini-112</c>, taught by a ResNet18 that learned from ImageNet's labels.
    /// <c>scott-mini-112</c> itself, which learned without any labels, is inside the package too.
    /// </summary>
    public const string DefaultId = "scott-mini-112-distilled";

    /// <summary>The models in the manifest inside the package. Needs neither disk nor network.</summary>
    public static IReadOnlyList<ManifestModel> List() => WeightsManifest.Embedded.Models;

    /// <summary>The models in the manifest inside the package and in all manifests that the options name.</summary>
    /// <param name="options">The manifests; <see langword="null"/> for the one in the package only.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ManifestException">A manifest cannot be read, or is wrong.</exception>
    public static async Task<IReadOnlyList<ManifestModel>> ListAsync(ZooOptions? options = null, CancellationToken cancellationToken = default)
    {
        ModelCatalog catalog = await new ModelZoo(options).CatalogAsync(cancellationToken).ConfigureAwait(false);
        return [.. catalog.Entries.Select(entry => entry.Model)];
    }

    /// <summary>Downloads all files of a model into the cache. Sound files are not downloaded again; an interrupted download resumes.</summary>
    /// <param name="id">The model, for example <c>scott-mini-112</c>.</param>
    /// <param name="options">The manifests, the downloads and the cache; see <see cref="ZooOptions"/> for the defaults.</param>
    /// <param name="progress">Reports each file's progress.</param>
    /// <param name="cancellationToken">Cancels. The received bytes stay, and the next call resumes from them.</param>
    /// <returns>The files in the cache.</returns>
    /// <exception cref="ModelUnavailableException">There is no such model, it has no weights, or the network is needed and forbidden.</exception>
    /// <exception cref="DownloadException">No source delivered the right bytes.</exception>
    /// <exception cref="StorageException">The disk is full, or the cache cannot be written.</exception>
    /// <exception cref="ManifestException">A manifest cannot be read, or is wrong.</exception>
    public static Task<CachedModel> DownloadAsync(
        string id, ZooOptions? options = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return new ModelZoo(options).DownloadAsync(id, progress, cancellationToken);
    }

    /// <summary>Compares every byte of a model's files in the cache with the manifest. Changes nothing.</summary>
    /// <param name="id">The model.</param>
    /// <param name="options">The manifests and the cache.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ModelUnavailableException">There is no such model, it has no weights, or the cache has no files of a hub model.</exception>
    /// <exception cref="StorageException">A file cannot be read.</exception>
    /// <exception cref="ManifestException">A manifest cannot be read, or is wrong.</exception>
    public static Task<ModelVerification> VerifyAsync(string id, ZooOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return new ModelZoo(options).VerifyAsync(id, cancellationToken);
    }

    /// <summary>Compares every byte of every file in the cache, of all models and revisions. Changes nothing.</summary>
    /// <param name="options">The manifests and the cache, and the revision to check only one.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="StorageException">A file cannot be read.</exception>
    /// <exception cref="ManifestException">A manifest cannot be read, or is wrong.</exception>
    public static Task<IReadOnlyList<CacheVerification>> VerifyCacheAsync(
        ZooOptions? options = null, CancellationToken cancellationToken = default) => new ModelZoo(options).VerifyCacheAsync(cancellationToken);

    /// <summary>Removes a model's files, including unfinished downloads, from the cache. Waits for a running download.</summary>
    /// <param name="id">The model. It need not be in a manifest.</param>
    /// <param name="options">The cache, the revision to remove only one, and the manifests, which name the repositories of hub models.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The bytes that were removed; 0 if there were none.</returns>
    /// <exception cref="ArgumentException">The id has characters that no id has.</exception>
    /// <exception cref="StorageException">A file cannot be removed.</exception>
    public static Task<long> RemoveAsync(string id, ZooOptions? options = null, CancellationToken cancellationToken = default)
    {
        SafeName.Require(id, nameof(id));
        return new ModelZoo(options).RemoveAsync(id, cancellationToken);
    }

    /// <summary>The files in the cache with their sizes, including unfinished downloads.</summary>
    /// <param name="options">The cache.</param>
    /// <exception cref="StorageException">The cache cannot be read.</exception>
    public static IReadOnlyList<CachedModel> ListCache(ZooOptions? options = null) => new ModelZoo(options).Cache.List();

    /// <summary>
    /// Copies the files of models from a folder into the cache, or one file, for machines without network. Recognizes the files by their content:
    /// the folder can be the cache of another machine, the folder of a mirror, or any other.
    /// </summary>
    /// <param name="path">The folder, which is searched with all folders below it, or the file.</param>
    /// <param name="options">The manifests that describe the files, and the cache.</param>
    /// <param name="progress">Reports each file's progress.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The models whose files were found.</returns>
    /// <exception cref="ModelUnavailableException">There is no file that the manifests describe.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder or file.</exception>
    /// <exception cref="StorageException">The disk is full, or the cache cannot be written.</exception>
    /// <exception cref="ManifestException">A manifest cannot be read, or is wrong.</exception>
    public static Task<IReadOnlyList<CachedModel>> ImportAsync(
        string path, ZooOptions? options = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new ModelZoo(options).ImportAsync(path, progress, cancellationToken);
    }
}
