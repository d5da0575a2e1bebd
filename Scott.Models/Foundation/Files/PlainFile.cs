namespace Scott.Models.Foundation;

/// <summary>Opens files of our own in folders that others can write to as well: only a regular file without a second name is opened. A link planted
/// there would redirect the writing, and a pipe would block it.</summary>
internal static class PlainFile
{
    private const int Attempts = 10;

    /// <summary>Opens a file for reading and writing, and makes it if there is none.</summary>
    /// <exception cref="NotPlainFileException">Something that is not a file of ours has that name.</exception>
    public static FileStream Open(string path, FileShare share, bool replaces, int bufferSize = 0)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            FileStatus? found = FileKind.Find(path, followLinks: false);
            if (found is { IsPlain: false } other)
            {
                if (!replaces || other.Type == FileType.Directory)
                    throw new NotPlainFileException(path, other);

                // Removes the name alone, never what a link leads to.
                File.Delete(path);
                found = null;
            }

            if (TryOpen(path, found, share, bufferSize) is { } stream)
                return stream;
        }

        throw new IOException($"Another program keeps replacing '{path}'.");
    }

    /// <summary>Writes a small file, in place of whatever has that name.</summary>
    public static void WriteAllBytes(string path, ReadOnlySpan<byte> bytes)
    {
        using FileStream stream = Open(path, FileShare.None, replaces: true);
        stream.SetLength(0);
        stream.Write(bytes);
    }

    /// <summary>Reads a regular file that is not longer than so many bytes. Follows links.</summary>
    /// <exception cref="NotPlainFileException">It is a folder, a pipe or a device.</exception>
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

    /// <summary><see langword="null"/> if what was found is no longer there, or something new is.</summary>
    private static FileStream? TryOpen(string path, FileStatus? found, FileShare share, int bufferSize)
    {
        FileStream stream;
        try
        {
            // CreateNew follows no link. Open could follow one made since the look; then the open file is not the one that was seen.
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

/// <summary>Something that is not a file of ours has the name of one. Leaves the library as a typed error.</summary>
internal sealed class NotPlainFileException(string path, FileStatus found)
    : IOException($"'{path}' is {found.Noun}; expected a regular file. Remove it and call again.");
