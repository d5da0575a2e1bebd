namespace Scott.Models.Foundation;

/// <summary>Recognizes the small text file that Git leaves in place of a large one until <c>git lfs pull</c> fetches it.</summary>
/// <remarks>Format: github.com/git-lfs/git-lfs, <c>docs/spec.md</c>, "The Pointer". The version line is always the first.</remarks>
internal static class GitLfsPointer
{
    /// <summary>The number of first bytes of a file that <see cref="Begins"/> needs at most.</summary>
    public const int StartBytes = 64;

    public const string Explanation = "it is a Git LFS pointer; run `git lfs pull` in its repository to fetch the file that it stands for.";

    private const int MaximumBytes = 1024; // The longest pointer that Git LFS itself accepts.

    /// <summary>Whether a file begins as a pointer does.</summary>
    public static bool Begins(ReadOnlySpan<byte> start) =>
        start.StartsWith("version https://git-lfs.github.com/spec/"u8)
        || start.StartsWith("version https://hawser.github.com/spec/"u8)
        || start.StartsWith("version http://git-media.io/v/"u8);

    /// <summary>Whether a file on disk is a pointer. Only short regular files are opened.</summary>
    public static bool Is(FileInfo file)
    {
        if (file.Length > MaximumBytes || !FileKind.IsRegular(file.FullName))
            return false;

        using FileStream stream = file.OpenRead();
        Span<byte> start = stackalloc byte[StartBytes];
        return Begins(start[..stream.ReadAtLeast(start, StartBytes, throwOnEndOfStream: false)]);
    }
}
