using Scott.Models.Downloads;

namespace Scott.Models.Zoo;

/// <summary>The folder of downloaded files, <c>id/revision/file</c>. Names with a dot first are internal: no id starts with one.</summary>
internal sealed class ModelCache(ZooOptions options)
{
    /// <summary>A file up to this size is hashed before each use. For a larger file only the length is checked, except to verify it.</summary>
    /// <remarks>64 MiB take about 40 ms on a processor with instructions for SHA-256.</remarks>
    public const long HashedOnUseBytes = 64L << 20;

    private const string LockFolder = ".locks";
    private const string ManifestFolder = ".manifests";
    private const string HubReferenceFolder = ".hub";

    public string Root { get; } = options.FullCacheFolder;

    public string FolderOf(string id, string revision) => Path.Combine(Root, id, revision);

    public string PathOf(ManifestModel model, ManifestFile file) => Path.Combine(FolderOf(model.Id, model.Revision), file.Name);

    /// <summary>The latest copy of a manifest from an address.</summary>
    public string ManifestCopyOf(Uri address) =>
        Path.Combine(Root, ManifestFolder, FileChecksum.Sha256Of(Encoding.UTF8.GetBytes(address.AbsoluteUri)) + ".json");

    /// <summary>The last known commit of a repository's revision at an address of the hub.</summary>
    public string HubReferenceOf(string endpoint, HubRepository repository)
    {
        string key = string.Join('\n', endpoint, repository.Name, repository.Revision);
        return Path.Combine(Root, HubReferenceFolder, FileChecksum.Sha256Of(Encoding.UTF8.GetBytes(key)) + ".json");
    }

    public Task<IDisposable> LockAsync(string id, string revision, Action onWait, CancellationToken cancellationToken) =>
        DownloadLock.AcquireAsync(Path.Combine(Root, LockFolder, $"{id}@{revision}"), onWait, options, cancellationToken);

    /// <summary>Compares a file with its manifest. If it is longer than <paramref name="hashedBytes"/>, only its length is compared.</summary>
    public static async Task<FileVerification> VerifyAsync(string path, ManifestFile file, long hashedBytes, CancellationToken cancellationToken)
    {
        try
        {
            // A pipe or a device counts as missing, because opening it could wait forever. A download replaces it with the file.
            if (!FileKind.IsRegular(path))
                return new FileVerification(file, path, FileCondition.Missing, null, null);

            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1, useAsync: true);
            await using (stream.ConfigureAwait(false))
            {
                long length = stream.Length;
                if (length != file.Bytes)
                    return new FileVerification(file, path, FileCondition.WrongLength, length, null);

                string? hash = length <= hashedBytes ? await FileChecksum.Sha256OfAsync(stream, cancellationToken).ConfigureAwait(false) : null;
                FileCondition condition = hash is null || hash == file.Sha256 ? FileCondition.Sound : FileCondition.WrongHash;
                return new FileVerification(file, path, condition, length, hash);
            }
        }
        catch (FileNotFoundException)
        {
            return new FileVerification(file, path, FileCondition.Missing, null, null);
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            throw StorageException.Reading(path, exception);
        }
    }

    /// <summary>What the cache holds, by id and revision.</summary>
    public IReadOnlyList<CachedModel> List()
    {
        try
        {
            return [.. from id in Folders(Root)
                       from revision in Folders(id)
                       let files = Files(revision)
                       where files is not null
                       select new CachedModel(Path.GetFileName(id), Path.GetFileName(revision), revision, files)];
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            throw StorageException.Reading(Root, exception);
        }
    }

    /// <summary>Removes a revision's folder. The caller holds its lock.</summary>
    public void Remove(CachedModel model)
    {
        try
        {
            Directory.Delete(model.Folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Another process removed it first.
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            throw StorageException.Writing(model.Folder, exception, options.StorageAdvice);
        }
    }

    private static string[] Folders(string folder)
    {
        try
        {
            return [.. Directory.EnumerateDirectories(folder).Where(path => SafeName.IsSafe(Path.GetFileName(path))).Order(StringComparer.Ordinal)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    /// <summary>The files of a revision; <see langword="null"/> if another process has just removed it.</summary>
    private static List<CachedFile>? Files(string folder)
    {
        try
        {
            return [.. from file in new DirectoryInfo(folder).EnumerateFiles()
                       where !file.Name.EndsWith(PartFile.OriginEnding, StringComparison.Ordinal)
                       orderby file.Name
                       let isPartial = file.Name.EndsWith(PartFile.Ending, StringComparison.Ordinal)
                       select new CachedFile(isPartial ? file.Name[..^PartFile.Ending.Length] : file.Name, file.FullName, file.Length, isPartial)];
        }
        catch (Exception exception) when (exception is DirectoryNotFoundException or FileNotFoundException)
        {
            return null;
        }
    }
}
