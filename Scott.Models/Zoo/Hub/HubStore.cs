using System.Text.Json.Serialization.Metadata;
using Scott.Models.Downloads;

namespace Scott.Models.Zoo;

/// <summary>Gets repositories of the Hugging Face Hub into the cache: resolves a revision to its commit, and downloads the files that a model
/// needs.</summary>
internal sealed partial class HubStore(ZooOptions options, ModelCache cache, HttpExchange http)
{
    private const int MaximumReferenceBytes = 1 << 14;

    private readonly Lazy<HubClient> _client = new(() => new HubClient(options, http));

    /// <summary>Makes sure that the files of a model are in the cache. Without network, uses what is there.</summary>
    public async Task<HubSnapshot> EnsureAsync(HubRepository repository, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        HubRepository pinned = repository with { Revision = await ResolveAsync(repository, cancellationToken).ConfigureAwait(false) };
        string folder = FolderOf(pinned);
        if (await FindSoundAsync(folder, cancellationToken).ConfigureAwait(false) is { } known)
        {
            await KeepAsync(repository, known.Commit, cancellationToken).ConfigureAwait(false);
            return known;
        }

        if (options.IsHubOffline)
            throw NotCached(repository);

        try
        {
            using IDisposable held = await cache.LockAsync(
                pinned.CacheName, pinned.Revision, static () => { }, cancellationToken).ConfigureAwait(false);
            HubSnapshot snapshot = await FindSoundAsync(folder, cancellationToken).ConfigureAwait(false)
                ?? await new HubDownload(options, _client.Value, pinned, folder, progress).RunAsync(cancellationToken).ConfigureAwait(false);

            // Only now: a revision must not point to a commit whose files are not all there.
            await KeepAsync(repository, snapshot.Commit, cancellationToken).ConfigureAwait(false);
            return snapshot;
        }
        catch (SourceFaultException exception)
        {
            throw Undelivered(repository, exception);
        }
    }

    /// <summary>The commit of a revision, as the hub named it last; <see langword="null"/> if it was never asked.</summary>
    public async Task<string?> FindCommitAsync(HubRepository repository, CancellationToken cancellationToken) => repository.IsCommit
        ? repository.Revision
        : (await RecallAsync(cache.HubReferenceOf(options.FullHubEndpoint, repository), cancellationToken).ConfigureAwait(false))?.Commit;

    /// <summary>Compares every byte of the files in the cache with what the hub said about them. Uses the last known commit.</summary>
    public async Task<IReadOnlyList<FileVerification>> VerifyAsync(HubRepository repository, CancellationToken cancellationToken)
    {
        string? commit = await FindCommitAsync(repository, cancellationToken).ConfigureAwait(false);
        string? folder = commit is null ? null : FolderOf(repository with { Revision = commit });
        if (folder is null || await HubSnapshot.FindAsync(folder, cancellationToken).ConfigureAwait(false) is not { } snapshot)
        {
            throw new ModelUnavailableException(
                ModelUnavailableFault.NotCached,
                repository.Name,
                $"'{repository}' of {AddressText.Of(options.FullHubEndpoint)} is not in the cache '{cache.Root}', so there is nothing to verify. "
                    + "Download it first.");
        }

        return await snapshot.VerifyAsync(folder, long.MaxValue, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The folder of a commit's files.</summary>
    public string FolderOf(HubRepository pinned) => cache.FolderOf(pinned.CacheName, pinned.Revision);

    private static async Task<HubSnapshot?> FindSoundAsync(string folder, CancellationToken cancellationToken) =>
        await HubSnapshot.FindAsync(folder, cancellationToken).ConfigureAwait(false) is { } snapshot
        && (await snapshot.VerifyAsync(folder, ModelCache.HashedOnUseBytes, cancellationToken).ConfigureAwait(false))
            .All(file => file.Condition == FileCondition.Sound)
            ? snapshot
            : null;

    /// <summary>The commit of a revision: a commit itself needs no network. If the hub cannot be asked, the commit that it named last
    /// counts.</summary>
    private async Task<string> ResolveAsync(HubRepository repository, CancellationToken cancellationToken)
    {
        if (repository.IsCommit)
            return repository.Revision;

        string path = cache.HubReferenceOf(options.FullHubEndpoint, repository);
        if (options.IsHubOffline)
            return (await RecallAsync(path, cancellationToken).ConfigureAwait(false))?.Commit ?? throw NotCached(repository);

        try
        {
            // If a commit is known, the caller need not wait for a hub that does not answer.
            bool retries = !File.Exists(path);
            HubFile config = await _client.Value.FindAsync(repository, HubFolder.Configuration, retries, cancellationToken).ConfigureAwait(false)
                ?? throw HubDownload.Missing(repository, HubFolder.Configuration);
            string commit = config.Commit
                ?? throw new SourceFaultException("it does not name a commit; expected the Hugging Face Hub, or a mirror of it.");
            return commit;
        }
        catch (SourceFaultException exception)
        {
            if (await RecallAsync(path, cancellationToken).ConfigureAwait(false) is not { } recalled)
                throw Undelivered(repository, exception);

            LogRecalled(options.Logger, repository.Name, repository.Revision, recalled.Commit, exception.Message);
            return recalled.Commit;
        }
    }

    private static async Task<HubReference?> RecallAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            if (!FileKind.IsRegular(path))
                return null;

            ReadOnlyMemory<byte> json = await PlainFile.ReadAsync(path, MaximumReferenceBytes, cancellationToken).ConfigureAwait(false);
            HubReference? reference = JsonSerializer.Deserialize(json.Span, ReferenceType);

            // The commit becomes a path.
            return reference is not null && HubRepository.Parse(reference.Repository, reference.Commit).IsCommit ? reference : null;
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static JsonTypeInfo<HubReference> ReferenceType => HubJsonContext.Default.HubReference;

    private async Task KeepAsync(HubRepository repository, string commit, CancellationToken cancellationToken)
    {
        if (repository.IsCommit || options.IsHubOffline)
            return;

        string path = cache.HubReferenceOf(options.FullHubEndpoint, repository);
        var reference = new HubReference(repository.Name, repository.Revision, commit);
        if (await RecallAsync(path, cancellationToken).ConfigureAwait(false) == reference)
            return;

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await AtomicFile.WriteBytesAsync(
                path, JsonSerializer.SerializeToUtf8Bytes(reference, ReferenceType), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            // The files are there. Only a later call without network needs the reference, so a read-only cache is enough for this one.
            LogNotKept(options.Logger, repository.Name, exception.Message);
        }
    }

    private ModelUnavailableException NotCached(HubRepository repository) => new(
        ModelUnavailableFault.Offline,
        repository.Name,
        $"'{repository}' of {AddressText.Of(options.FullHubEndpoint)} is not in the cache '{cache.Root}', and the hub may not be asked "
            + $"(ZooOptions.Offline, {DownloadOptions.OfflineVariable} or {ZooOptions.HubOfflineVariable}). "
            + "Use it once with the network, or copy the cache of another machine.");

    private DownloadException Undelivered(HubRepository repository, SourceFaultException fault) => new(
        repository.Name, HubFolder.Configuration, string.Empty, [new DownloadFailure(options.FullHubEndpoint, fault.Message)], 1,
        $"Check the network, or set ZooOptions.HubEndpoint or {ZooOptions.HubEndpointVariable} to a mirror.", fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The commit of '{Repository}' is not kept for calls without network: {Reason}")]
    private static partial void LogNotKept(ILogger logger, string repository, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Using '{Repository}' at {Commit}, the last known commit of '{Revision}': {Reason}")]
    private static partial void LogRecalled(ILogger logger, string repository, string revision, string commit, string reason);
}
