using System.Buffers;
using System.Security.Cryptography;

namespace Scott.Models.Foundation;

/// <summary>
/// Writes a file so that a reader, or a crash, sees the whole of it or nothing: part file, flush to disk, rename. What a killed writer left behind is
/// removed by the next writer of the same file, or by whoever owns the folder.
/// </summary>
internal static class AtomicFile
{
    private const string PartEnding = ".part";
    private const int NonceCharacters = 12;
    private const int Attempts = 10;

    private static readonly SearchValues<char> NonceAlphabet = SearchValues.Create("0123456789abcdef");

    /// <summary>A writer releases its part just before it renames it. A part that is older and not held has no writer.</summary>
    private static readonly TimeSpan LeastAge = TimeSpan.FromSeconds(2);

    public static Task WriteBytesAsync(string path, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        WriteAsync(path, (stream, token) => stream.WriteAsync(bytes, token).AsTask(), cancellationToken);

    public static async Task WriteAsync(string path, Func<FileStream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        string target = Path.GetFullPath(path);
        RemoveAbandoned(Path.GetDirectoryName(target)!, Path.GetFileName(target), LeastAge);
        FileStream stream = CreatePart(target);
        string part = stream.Name;
        try
        {
            await using (stream.ConfigureAwait(false))
            {
                await write(stream, cancellationToken).ConfigureAwait(false);
                await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
                stream.Flush(flushToDisk: true);
            }

            File.Move(part, target, overwrite: true);
        }
        catch (ArgumentOutOfRangeException exception) when (exception.ParamName == "value")
        {
            // How .NET reports a file that grows past the limit of its file system, such as FAT's 4 GiB, or of the process.
            throw DiskFault.FileTooLarge(target, exception);
        }
        finally
        {
            File.Delete(part);
        }
    }

    /// <summary>Deletes the part files in a folder whose writer has died, for whoever keeps others from writing there.</summary>
    /// <param name="folder">Where to look; no folders below it.</param>
    public static void RemoveAbandoned(string folder) => RemoveAbandoned(folder, null, TimeSpan.Zero);

    private static void RemoveAbandoned(string folder, string? fileName, TimeSpan leastAge)
    {
        try
        {
            foreach (FileInfo file in new DirectoryInfo(folder).EnumerateFiles("*" + PartEnding))
            {
                if (IsPartOf(file.Name, fileName) && DateTime.UtcNow - file.LastWriteTimeUtc >= leastAge)
                {
                    TryRemove(file.FullName);
                }
            }
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            // The folder is not there, or cannot be listed. That is no reason not to write.
        }
    }

    /// <summary>Whether a name is NAME.NONCE.part.</summary>
    private static bool IsPartOf(string name, string? fileName)
    {
        int nameLength = name.Length - PartEnding.Length - NonceCharacters - 1;
        return nameLength > 0
            && name.EndsWith(PartEnding, StringComparison.Ordinal)
            && name[nameLength] == '.'
            && name.AsSpan(nameLength + 1, NonceCharacters).IndexOfAnyExcept(NonceAlphabet) < 0
            && (fileName is null || name.AsSpan(0, nameLength).SequenceEqual(fileName));
    }

    private static void TryRemove(string path)
    {
        try
        {
            if (FileKind.Find(path, followLinks: false) is not { IsPlain: true })
            {
                return;
            }

            using FileStream held = OpenAlone(path);
            if (OperatingSystem.IsWindows())
            {
                // An open file cannot be deleted there, and no writer can have been between making and locking its part.
                held.Dispose();
                File.Delete(path);
            }
            else if (!CanOpenAlone(path))
            {
                // Where a second handle gets in too, the file system has no locks, and the part may be a living writer's.
                File.Delete(path);
            }
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            // It is being written, was renamed meanwhile, or may not be deleted: a part that stays does no harm.
        }
    }

    private static FileStream OpenAlone(string path) => new(path, FileMode.Open, FileAccess.Write, FileShare.None, bufferSize: 0);

    private static bool CanOpenAlone(string path)
    {
        try
        {
            OpenAlone(path).Dispose();
            return true;
        }
        catch (IOException exception) when (FileLock.IsHeld(exception))
        {
            return false;
        }
    }

    private static FileStream CreatePart(string target)
    {
        for (int attempt = 1; ; attempt++)
        {
            string part = $"{target}.{RandomNumberGenerator.GetHexString(NonceCharacters, lowercase: true)}{PartEnding}";
            FileStream stream;
            try
            {
                stream = new FileStream(part, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16, useAsync: true);
            }
            catch (IOException exception) when (FileLock.IsHeld(exception) && attempt < Attempts)
            {
                // Another took the new file for an abandoned one, before it was locked.
                continue;
            }

            if (FileKind.Of(stream.SafeFileHandle) is not { } opened || FileKind.Find(part, followLinks: false) == opened || attempt == Attempts)
            {
                return stream;
            }

            // Another deleted the new file, before it was locked.
            stream.Dispose();
        }
    }
}
