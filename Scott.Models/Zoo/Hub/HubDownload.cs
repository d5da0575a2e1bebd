using Scott.Models.Downloads;

namespace Scott.Models.Zoo;

/// <summary>Downloads the files of a repository at a commit. The caller holds the lock of their folder.</summary>
internal sealed class HubDownload(
    ZooOptions options, HubClient client, HubRepository pinned, string folder, IProgress<DownloadProgress>? progress)
{
    private readonly List<HubSnapshotFile> _files = [];

    /// <summary>Configuration first, so that a model that cannot be used costs no download of its weights.</summary>
    public async Task<HubSnapshot> RunAsync(CancellationToken cancellationToken)
    {
        await FetchAsync(await RequireAsync(HubFolder.Configuration, cancellationToken).ConfigureAwait(false), cancellationToken)
            .ConfigureAwait(false);
        if (!await HubFolder.IsTimmAsync(folder, cancellationToken).ConfigureAwait(false)
            && await client.FindAsync(pinned, HubFolder.Preprocessing, retries: true, cancellationToken).ConfigureAwait(false) is { } preprocessing)
        {
            await FetchAsync(preprocessing, cancellationToken).ConfigureAwait(false);
        }

        await HubFolder.CheckAsync(folder, cancellationToken).ConfigureAwait(false);
        foreach (HubFile file in await WeightFilesAsync(cancellationToken).ConfigureAwait(false))
            await FetchAsync(file, cancellationToken).ConfigureAwait(false);

        var snapshot = new HubSnapshot(pinned.Name, pinned.Revision, _files);
        try
        {
            await snapshot.WriteAsync(folder, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            throw StorageException.Writing(folder, exception, options.StorageAdvice);
        }

        return snapshot;
    }

    public static ModelUnavailableException Missing(HubRepository repository, string file) => new(
        ModelUnavailableFault.MissingFile,
        repository.Name,
        $"'{repository}' has no {file}; expected a model of timm or transformers with {HubFolder.Configuration} and {HubWeights.Files[0]}.");

    /// <summary>The only file of the weights, or those that an index names, which is fetched too.</summary>
    private async Task<IReadOnlyList<HubFile>> WeightFilesAsync(CancellationToken cancellationToken)
    {
        foreach (string name in HubWeights.Files)
        {
            if (await client.FindAsync(pinned, name, retries: true, cancellationToken).ConfigureAwait(false) is { } only)
                return [only];
            if (await client.FindAsync(pinned, HubWeights.IndexOf(name), retries: true, cancellationToken).ConfigureAwait(false) is not { } index)
                continue;

            string path = await FetchAsync(index, cancellationToken).ConfigureAwait(false);
            List<HubFile> files = [];
            foreach (string part in HubWeights.FilesOf(path, await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false)))
                files.Add(await RequireAsync(part, cancellationToken).ConfigureAwait(false));

            return files;
        }

        throw Missing(pinned, HubWeights.Files[0]);
    }

    private async Task<HubFile> RequireAsync(string name, CancellationToken cancellationToken) =>
        await client.FindAsync(pinned, name, retries: true, cancellationToken).ConfigureAwait(false) ?? throw Missing(pinned, name);

    /// <summary>Puts a file into the folder, under its name only when its checksum is right. Returns its path.</summary>
    private async Task<string> FetchAsync(HubFile file, CancellationToken cancellationToken)
    {
        if (file.Commit != pinned.Revision)
            throw new SourceFaultException($"it has '{file.Name}' of commit '{file.Commit}'; commit '{pinned.Revision}' was asked for.");
        if (file is { Sha256: null, GitSha1: null })
            throw new SourceFaultException($"it gives no checksum of '{file.Name}'; expected the Hugging Face Hub, or a mirror of it.");

        string path = Path.Combine(folder, file.Name);
        if (file.Sha256 is { } sha256)
        {
            var expected = new ExpectedFile(pinned.Name, file.Name, file.Bytes, FileChecksum.OfSha256(sha256), "the hub");
            var meter = new TransferMeter(expected, progress, options.TimeProvider);
            if (!await IsThereAsync(path, sha256, cancellationToken).ConfigureAwait(false))
            {
                await FileFetcher.FetchAsync(
                    path, expected, [client.SourceOf(pinned, file)], meter, options, cancellationToken).ConfigureAwait(false);
            }

            long bytes = new FileInfo(path).Length;
            meter.Finish(bytes);
            _files.Add(new HubSnapshotFile(file.Name, bytes, sha256));
            return path;
        }

        ReadOnlyMemory<byte> content = await client.ReadAsync(pinned, file, cancellationToken).ConfigureAwait(false);
        try
        {
            Directory.CreateDirectory(folder);
            await AtomicFile.WriteBytesAsync(path, content, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            throw StorageException.Writing(path, exception, options.StorageAdvice);
        }

        progress?.Report(new DownloadProgress(pinned.Name, file.Name, content.Length, content.Length, 0));
        _files.Add(new HubSnapshotFile(file.Name, content.Length, FileChecksum.Sha256Of(content.Span)));
        return path;
    }

    private static async Task<bool> IsThereAsync(string path, string sha256, CancellationToken cancellationToken)
    {
        if (!FileKind.IsRegular(path))
            return false;

        FileStream stream = File.OpenRead(path);
        await using (stream.ConfigureAwait(false))
            return await FileChecksum.Sha256OfAsync(stream, cancellationToken).ConfigureAwait(false) == sha256;
    }
}
