using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.AI;
using Scott.Models;
using Scott.Models.Datasets;
using Scott.Models.Imaging;

namespace ImageSearch.Indexing;

/// <summary>The folder that is searched. Thread-safe.</summary>
internal sealed class IndexedFolder(string root)
{
    private const int IdBytes = 18;

    public string Root => root;

    /// <summary>The images by their extensions, in ordinal order, as paths from the folder with forward slashes.</summary>
    public IReadOnlyList<string> List()
    {
        try
        {
            ImageFolder images = ImageFolder.Open(root);
            return [.. Enumerable.Range(0, images.Count).Select(images.RelativeNameOf)];
        }
        catch (DatasetException)
        {
            return []; // The page says so, and which files would count.
        }
    }

    public string FullPath(string path) => Path.Combine(root, path);

    /// <summary>
    /// An id for the current content of a file, which does not reveal the path. It changes with the file's time and length, so browsers may cache.
    /// </summary>
    public string Id(string path)
    {
        var file = new FileInfo(FullPath(path));
        string identity = string.Create(CultureInfo.InvariantCulture, $"{file.FullName}\n{file.LastWriteTimeUtc.Ticks}\n{file.Length}");
        return Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(identity)).AsSpan(0, IdBytes));
    }

    public async Task<DataContent> ReadAsync(string path, CancellationToken cancellationToken) =>
        new(await ReadBytesAsync(FullPath(path), cancellationToken), MediaType(path)) { Name = path };

    /// <summary>A file's bytes. A pipe or a device, which has no length, counts as empty: reading one could wait forever.</summary>
    /// <exception cref="IOException">The file is larger than an image may be, or cannot be read.</exception>
    public static async Task<byte[]> ReadBytesAsync(string path, CancellationToken cancellationToken)
    {
        const long Most = ImageDecodingOptions.DefaultMaximumBytes;
        return new FileInfo(path).Length switch
        {
            0 => [],
            > Most => throw new IOException($"'{path}' has more than {Most >> 20} MB, which is the most that an image may have."),
            _ => await File.ReadAllBytesAsync(path, cancellationToken),
        };
    }

    private static string MediaType(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".JPG" or ".JPEG" or ".JPE" or ".JFIF" or ".PJPEG" or ".PJP" => "image/jpeg",
        ".APNG" => "image/png",
        ".DIB" => "image/bmp",
        ".TIF" => "image/tiff",
        string other => $"image/{other[1..].ToLowerInvariant()}",
    };
}
