using Scott.Models.Datasets;

namespace Scott.Models.Inference;

/// <summary>Images and tar archives in a folder. Keys are paths from there, with slashes. Thread-safe.</summary>
/// <remarks>A key does not say where the folder is: machines that mount it at different places have the same plan.</remarks>
public sealed class FileImageStore : IImageStore
{
    private readonly string _root;

    /// <summary>Makes a store of a folder.</summary>
    /// <param name="root">The folder. Empty for the working folder: keys are then paths as given, absolute ones included.</param>
    public FileImageStore(string root = "")
    {
        ArgumentNullException.ThrowIfNull(root);
        _root = root;
    }

    /// <summary>The images and tar archives in the folder and all its subfolders, in ordinal order.</summary>
    /// <remarks>Which files count is as in <see cref="ImageFolder"/>; files that end in .tar count too.</remarks>
    /// <param name="cancellationToken">Cancels between files.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public async IAsyncEnumerable<string> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string folder = _root.Length == 0 ? "." : _root;
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"The folder '{folder}' does not exist.");

        var files = await Task.Run(() => ImageFiles.Find(folder, isRecursive: true, TarImages.Extension), cancellationToken).ConfigureAwait(false);
        foreach (string path in files.Images)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return RelativePaths.Of(folder, path);
        }
    }

    /// <inheritdoc/>
    public Task<Stream> OpenAsync(string key, long offset = 0, long? length = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length ?? 0);
        return cancellationToken.IsCancellationRequested ? Task.FromCanceled<Stream>(cancellationToken) : Task.FromResult(Open(key, offset, length));
    }

    /// <summary>The folder.</summary>
    public override string ToString() => _root.Length == 0 ? "the working folder" : _root;

    /// <summary>Errors name the key alone, so that they are the same wherever the folder is.</summary>
    private Stream Open(string key, long offset, long? length)
    {
        if (key.Length == 0 || key.Contains('\0', StringComparison.Ordinal))
            throw new IOException($"'{Quoted.Value(key)}' is not a legal path.");

        string path = Path.Combine(_root, key);
        if (FileKind.Find(path, followLinks: true) is not { } found)
        {
            throw _root.Length == 0 || Directory.Exists(_root)
                ? new FileNotFoundException($"The file '{key}' does not exist.", key)
                : new EmbeddingJobException(EmbeddingJobFault.Unreachable, _root, "is not there. Mount the folder of the images, and run again.");
        }

        if (found.Type != FileType.Regular)
            throw new IOException($"'{key}' is {found.Noun}; expected a file.");

        // The callers read large pieces, so a buffer would only copy them.
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, useAsync: true);
        stream.Position = offset;
        return length is null ? stream : new LimitedStream(stream, length.Value);
    }
}
