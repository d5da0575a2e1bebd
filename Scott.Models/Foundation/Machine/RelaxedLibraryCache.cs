namespace Scott.Models.Foundation;

/// <summary>Keeps relaxed copies of a native library, one folder for each content. Several processes can use it at the same time.</summary>
/// <remarks>A copy is published by a rename, so no process sees half of it. Its bytes are compared on every use, and a damaged copy is replaced.
/// If the folder cannot be written, the process uses a temporary folder of its own.</remarks>
internal static class RelaxedLibraryCache
{
    /// <summary>The user's folder, <c>scott-models/native</c> in the local application data; <see langword="null"/> if there is none.</summary>
    public static string? DefaultFolder =>
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } data
            ? Path.Combine(data, "scott-models", "native")
            : null;

    /// <summary>Makes a file with exactly these bytes. Returns its path and the folder to delete after loading, if it is temporary.</summary>
    public static (string Path, string? TemporaryFolder) Publish(string? folder, string fileName, byte[] content)
    {
        string key = Convert.ToHexStringLower(SHA256.HashData(content));
        if (folder is not null)
        {
            string path = Path.Combine(folder, key, fileName);
            if (Holds(path, content) || TryWrite(path, content))
                return (path, null);
        }

        string temporary = Directory.CreateTempSubdirectory("scott-models-").FullName;
        string copy = Path.Combine(temporary, fileName);
        File.WriteAllBytes(copy, content);
        return (copy, temporary);
    }

    /// <summary>Deletes a temporary folder that <see cref="Publish"/> made.</summary>
    public static void Discard(string temporaryFolder)
    {
        try
        {
            Directory.Delete(temporaryFolder, recursive: true);
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            // A file that stays in a temporary folder is no reason to fail.
        }
    }

    private static bool Holds(string path, byte[] content)
    {
        try
        {
            return File.Exists(path) && new FileInfo(path).Length == content.Length && File.ReadAllBytes(path).AsSpan().SequenceEqual(content);
        }
        catch (Exception exception) when (DiskFault.Is(exception))
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
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            // A read-only or full disk: the caller uses a temporary copy.
            return false;
        }
    }
}
