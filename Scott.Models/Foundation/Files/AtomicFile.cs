namespace Scott.Models.Foundation;

/// <summary>Writes a file so that it is complete or not there, even after a crash: writes a part file, flushes it to disk and renames it. The next
/// writer of the same file, or the owner of the folder, removes the part that a killed writer left.</summary>
/// <remarks>The first writers of a file use numbered part names, so that the next writer finds abandoned parts without listing the folder.
/// A writer keeps its part open until the part is renamed. Windows cannot rename an open file: there a part that nobody holds open counts as
/// abandoned only after 2 seconds.</remarks>
internal static class AtomicFile
{
    private const string PartEnding = ".part";
    private const int NonceCharacters = 12;
    private const int NumberedParts = 16;
    private const int Attempts = NumberedParts + 10;

    private static readonly SearchValues<char> NonceAlphabet = SearchValues.Create("0123456789abcdef");
    private static readonly TimeSpan LeastAge = OperatingSystem.IsWindows() ? TimeSpan.FromSeconds(2) : TimeSpan.Zero;

    public static Task WriteBytesAsync(string path, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        WriteAsync(path, (stream, token) => stream.WriteAsync(bytes, token).AsTask(), cancellationToken);

    public static async Task WriteAsync(string path, Func<FileStream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        string target = Path.GetFullPath(path);
        RemoveAbandonedPartsOf(target);
        FileStream stream = CreatePart(target);
        try
        {
            await using (stream.ConfigureAwait(false))
                await WriteHeldAsync(stream, target, write, cancellationToken).ConfigureAwait(false);

            if (OperatingSystem.IsWindows())
                File.Move(stream.Name, target, overwrite: true);
        }
        catch (ArgumentOutOfRangeException exception) when (DiskFault.IsOfLength(exception))
        {
            throw DiskFault.FileTooLarge(target, exception);
        }
        finally
        {
            if (OperatingSystem.IsWindows())
                File.Delete(stream.Name);
        }
    }

    /// <summary>Deletes the part files that dead writers left in a folder. The caller keeps others from writing there.</summary>
    public static void RemoveAbandoned(string folder)
    {
        try
        {
            foreach (string path in Directory.EnumerateFiles(folder, "*" + PartEnding).Where(path => IsPart(Path.GetFileName(path))))
                TryRemove(path);
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            // The folder does not exist, or cannot be listed. Writing continues without the cleanup.
        }
    }

    /// <summary>Writes the part and, on Unix, renames or deletes it while it is open: once it is closed, another writer can use its name.</summary>
    private static async Task WriteHeldAsync(
        FileStream stream, string target, Func<FileStream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        bool isPublished = false;
        try
        {
            await write(stream, cancellationToken).ConfigureAwait(false);
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            stream.Flush(flushToDisk: true);
            if (!OperatingSystem.IsWindows())
            {
                File.Move(stream.Name, target, overwrite: true);
                isPublished = true;
            }
        }
        finally
        {
            if (!isPublished && !OperatingSystem.IsWindows())
                File.Delete(stream.Name);
        }
    }

    private static void RemoveAbandonedPartsOf(string target)
    {
        for (int number = 0; number < NumberedParts; number++)
        {
            var part = new FileInfo(PartName(target, number));
            if (part.Exists && DateTime.UtcNow - part.LastWriteTimeUtc >= LeastAge)
                TryRemove(part.FullName);
        }
    }

    private static string PartName(string target, int number) => FormattableString.Invariant($"{target}.{number:x12}{PartEnding}");

    /// <summary>Whether a name is NAME.NONCE.part.</summary>
    private static bool IsPart(string name)
    {
        int nameLength = name.Length - PartEnding.Length - NonceCharacters - 1;
        return nameLength > 0 && name.EndsWith(PartEnding, StringComparison.Ordinal) && name[nameLength] == '.'
            && name.AsSpan(nameLength + 1, NonceCharacters).IndexOfAnyExcept(NonceAlphabet) < 0;
    }

    private static void TryRemove(string path)
    {
        try
        {
            if (FileKind.Find(path, followLinks: false) is not { IsPlain: true } found)
                return;

            if (!OperatingSystem.IsWindows() && !WritersLock(path))
                return;

            using FileStream held = OpenAlone(path);
            if (OperatingSystem.IsWindows())
            {
                // Windows does not delete an open file, and creates and locks a part in one step: this part has no writer.
                held.Dispose();
                File.Delete(path);
            }
            else if (FileKind.Of(held.SafeFileHandle) == found && FileKind.Find(path, followLinks: false) == found)
            {
                File.Delete(path);
            }
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            // The part is being written, was renamed, or must not be deleted. A part that stays does no harm.
        }
    }

    /// <summary>Whether a writer's handle keeps others out. It does not where there are no locks, nor on NFS and SMB, where .NET takes no shared lock
    /// for writing: a living writer may own a part there.</summary>
    private static bool WritersLock(string path)
    {
        using var writer = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.Read, bufferSize: 0);
        return !CanOpenAlone(path);
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

    /// <summary>Whether the error is EEXIST (Unix) or ERROR_FILE_EXISTS (Windows). The file itself may already be gone again.</summary>
    private static bool IsAlreadyThere(IOException exception) => exception.HResult is 17 or unchecked((int)0x80070050);

    private static FileStream CreatePart(string target)
    {
        for (int attempt = 0; ; attempt++)
        {
            string part = attempt < NumberedParts
                ? PartName(target, attempt)
                : $"{target}.{RandomNumberGenerator.GetHexString(NonceCharacters, lowercase: true)}{PartEnding}";
            FileStream stream;
            try
            {
                // Shared for reading: readers can open the renamed file before it is closed here.
                stream = new FileStream(part, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 1 << 16, useAsync: true);
            }
            catch (IOException exception) when (attempt < Attempts && (FileLock.IsHeld(exception) || IsAlreadyThere(exception)))
            {
                // Another writer uses that name, or checked the new file before it was locked, to see whether it is abandoned.
                continue;
            }

            if (FileKind.Of(stream.SafeFileHandle) is not { } opened || FileKind.Find(part, followLinks: false) == opened || attempt >= Attempts)
                return stream;

            // Another writer deleted the new file before it was locked.
            stream.Dispose();
        }
    }
}
