using ImageSearch.Indexing;
using Microsoft.Extensions.VectorData;

namespace ImageSearch.Anomalies;

/// <summary>The folders whose indexed images can be learned as normal. A name from a request is looked up, and opens no path. Thread-safe.</summary>
internal sealed class NormalFolders(VectorStoreCollection<string, IndexedImage> collection)
{
    /// <summary>The vectors of all images are in memory while a detector learns: 0.3 MB each.</summary>
    public const int MaximumImages = 500;

    private const int LeastImages = 2;
    private const int MaximumFolders = 300;

    /// <summary>The folder that is searched, and those in it that have enough images, in ordinal order.</summary>
    public async Task<IReadOnlyList<NormalFolder>> ListAsync(CancellationToken cancellationToken)
    {
        string[] paths = await PathsAsync(cancellationToken);
        return [.. paths.SelectMany(FoldersOf)
            .CountBy(folder => folder)
            .Where(count => count.Value >= LeastImages)
            .OrderBy(count => count.Key, StringComparer.Ordinal)
            .Take(MaximumFolders)
            .Select(count => new NormalFolder(count.Key, count.Value))];
    }

    /// <summary>The images of a folder and of those in it; of many, evenly spaced ones.</summary>
    /// <exception cref="RefusedException">The folder has too few.</exception>
    public async Task<IReadOnlyList<string>> ImagesAsync(string folder, CancellationToken cancellationToken)
    {
        string[] paths = [.. (await PathsAsync(cancellationToken)).Where(path => FoldersOf(path).Contains(folder))];
        if (paths.Length < LeastImages)
        {
            string message = $"The folder has too few indexed images: {paths.Length}; expected at least {LeastImages}. Choose another folder.";
            throw new RefusedException(message, StatusCodes.Status404NotFound);
        }

        int count = Math.Min(paths.Length, MaximumImages);
        return [.. Enumerable.Range(0, count).Select(i => paths[(long)i * paths.Length / count])];
    }

    private async Task<string[]> PathsAsync(CancellationToken cancellationToken) =>
        await collection.GetAsync(_ => true, int.MaxValue, cancellationToken: cancellationToken)
            .Select(image => image.Path)
            .Order(StringComparer.Ordinal)
            .ToArrayAsync(cancellationToken);

    /// <summary>For <c>a/b/1.png</c>: the empty name, <c>a</c> and <c>a/b</c>.</summary>
    private static IEnumerable<string> FoldersOf(string path)
    {
        yield return string.Empty;
        for (int slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = path.IndexOf('/', slash + 1))
            yield return path[..slash];
    }
}

/// <summary>A folder by its path from the one that is searched, which is empty for that folder itself, and how many images it has.</summary>
internal sealed record NormalFolder(string Path, int Images);
