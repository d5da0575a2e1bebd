namespace Scott.Models.Foundation;

/// <summary>Keeps relaxed copies of a native library, one folder per content, for any number of processes at once.</summary>
/// <remarks>A copy is published by a rename, so no process sees half of one, and its bytes are compared on every use, so a damaged one is replaced.
/// Where the folder cannot be written, a private temporary one serves the process.</remarks>
internal static class RelaxedLibraryCache
{
    /// <summary>The user's folder, <c>scott-models/native</c> in the local application data; <see langword="null"/> if there is none.</summary>
    public static string? DefaultFolder =>
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } data
            ? Path.Combine(data, "scott-models", "native")
            : null;

    /// <summary>A file with exactly these bytes: its path and, if it is a temporary one, the folder to delete once it is loaded.</summary>
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
            // What cannot be deleted is a stray file in a temporary folder, and no reason to fail.
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
