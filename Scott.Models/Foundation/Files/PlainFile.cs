namespace Scott.Models.Foundation;

/// <summary>Opens files of this package in folders that other programs can write to: only a regular file without a second name is opened. A link
/// that another program puts there would redirect the writing, and a pipe would block it.</summary>
internal static class PlainFile
{
    private const int Attempts = 10;

    /// <summary>Opens a file for reading and writing, and makes it if there is none.</summary>
    /// <exception cref="NotPlainFileException">Something other than a regular file has that name.</exception>
    public static FileStream Open(string path, FileShare share, bool replaces, int bufferSize = 0)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            FileStatus? found = FileKind.Find(path, followLinks: false);
            if (found is { IsPlain: false } other)
            {
                if (!replaces || other.Type == FileType.Directory)
                    throw new NotPlainFileException(path, other);

                // Removes only the name, never the target of a link.
                File.Delete(path);
                found = null;
            }

            if (TryOpen(path, found, share, bufferSize) is { } stream)
                return stream;
        }

        throw new IOException($"Another program keeps replacing '{path}'.");
    }

    /// <summary>Writes a small file. Replaces anything but a folder that has that name.</summary>
    public static void WriteAllBytes(string path, ReadOnlySpan<byte> bytes)
    {
        using FileStream stream = Open(path, FileShare.None, replaces: true);
        stream.SetLength(0);
        stream.Write(bytes);
    }

    /// <summary>Reads a regular file of at most <paramref name="maximumBytes"/> bytes. Follows links.</summary>
    /// <exception cref="NotPlainFileException">It is a folder, a pipe or a device.</exception>
    /// <exception cref="IOException">It is longer, or cannot be read.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(string path, int maximumBytes, CancellationToken cancellationToken)
    {
        RequireReadable(path);
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, useAsync: true);
        await using (stream.ConfigureAwait(false))
        {
            if (stream.Length > maximumBytes)
                throw new IOException($"it has {Plural.Of(stream.Length, "byte")}; expected at most {maximumBytes}.");

            byte[] bytes = new byte[stream.Length];
            int count = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return bytes.AsMemory(0, count);
        }
    }

    /// <exception cref="NotPlainFileException">There is a pipe, a device or a folder, which cannot be read as a file.</exception>
    public static void RequireReadable(string path)
    {
        if (FileKind.Find(path, followLinks: true) is { Type: not FileType.Regular } other)
            throw new NotPlainFileException(path, other);
    }

    /// <summary>Opens the file that was found; <see langword="null"/> if it is gone, or something new has its name.</summary>
    private static FileStream? TryOpen(string path, FileStatus? found, FileShare share, int bufferSize)
    {
        FileStream stream;
        try
        {
            // CreateNew follows no link. Open could follow a link made after the check; the opened file is then not the checked one.
            stream = new FileStream(
                path, found is null ? FileMode.CreateNew : FileMode.Open, FileAccess.ReadWrite, share, bufferSize, useAsync: true);
        }
        catch (IOException exception) when (
            found is null ? FileKind.Find(path, followLinks: false) is not null : exception is FileNotFoundException)
        {
            return null;
        }

        if (found is null || FileKind.Of(stream.SafeFileHandle) is not { } opened || opened == found)
            return stream;

        stream.Dispose();
        return null;
    }
}

/// <summary>Something other than a regular file has that name. Callers see an IOException, or a typed error around it.</summary>
internal sealed class NotPlainFileException(string path, FileStatus found)
    : IOException($"'{path}' is {found.Noun}; expected a regular file. Remove it and call again.");
