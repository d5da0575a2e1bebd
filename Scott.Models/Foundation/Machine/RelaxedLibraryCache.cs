using System.Security.Cryptography;

namespace Scott.Models.Foundation;

/// <summary>Keeps relaxed copies of a native library, one folder per content, where any number of processes may ask for one at once.</summary>
/// <remarks>
/// A copy is published by a rename, so no process sees half of one, and its bytes are compared on every use, so a damaged one is replaced.
/// Where the folder cannot be written, a private temporary one serves the process.
/// </remarks>
internal static class RelaxedLibraryCache
{
    /// <summary>The per-user folder: <c>scott-models/native</c> under the local application data, or <see langword="null"/> if the user has none.</summary>
    public static string? DefaultFolder
    {
        get
        {
            string data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
            return data.Length > 0 ? Path.Combine(data, "scott-models", "native") : null;
        }
    }

    /// <summary>A file with exactly these bytes: its path and, if it is a temporary one, the folder to delete once it is loaded.</summary>
    /// <param name="folder">The cache, or <see langword="null"/> for none.</param>
    /// <param name="fileName">The file's name.</param>
    /// <param name="content">Its bytes.</param>
    public static (string Path, string? TemporaryFolder) Publish(string? folder, string fileName, byte[] content)
    {
        string key = Convert.ToHexStringLower(SHA256.HashData(content));
        if (folder is not null)
        {
            string path = Path.Combine(folder, key, fileName);
            if (Holds(path, content) || TryWrite(path, content))
            {
                return (path, null);
            }
        }

        string temporary = Directory.CreateTempSubdirectory("scott-models-").FullName;
        string copy = Path.Combine(temporary, fileName);
        File.WriteAllBytes(copy, content);
        return (copy, temporary);
    }

    /// <summary>Deletes a temporary folder that <see cref="Publish"/> made.</summary>
    public static void Discard(string temporaryFolder) => Ignore(() => Directory.Delete(temporaryFolder, recursive: true));

    private static bool Holds(string path, byte[] content)
    {
        try
        {
            return File.Exists(path) && new FileInfo(path).Length == content.Length && File.ReadAllBytes(path).AsSpan().SequenceEqual(content);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool TryWrite(string path, byte[] content)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.WriteBytesAsync(path, content, CancellationToken.None).GetAwaiter().GetResult();
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A read-only or full disk: the caller goes on with a temporary copy.
            return false;
        }
    }

    /// <summary>Cleans up: what cannot be deleted is harmless and no reason to fail.</summary>
    private static void Ignore(Action delete)
    {
        try
        {
            delete();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A stray file in a cache or a temporary folder.
        }
    }
}
