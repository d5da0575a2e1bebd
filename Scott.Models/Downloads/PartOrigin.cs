namespace Scott.Models.Downloads;

/// <summary>Where the bytes of an unfinished file came from. Stands beside it, so that another process can go on.</summary>
/// <param name="Source">The source's address or path.</param>
/// <param name="ETag">The strong validator that the server gave, if it did.</param>
/// <param name="LastModified">The date that the server gave, if it did.</param>
/// <param name="Bytes">The finished file's length, if known.</param>
/// <param name="Sha256">The finished file's SHA-256, if that is what is known of it.</param>
/// <param name="Md5">The finished file's MD5, if that is what is known of it.</param>
internal sealed record PartOrigin(string Source, string? ETag, DateTimeOffset? LastModified, long? Bytes, string? Sha256, string? Md5 = null)
{
    public static PartOrigin Of(ExpectedFile file, string source, string? tag = null, DateTimeOffset? lastModified = null) =>
        new(source, tag, lastModified, file.Bytes, file.Checksum.Sha256, file.Checksum.Md5);

    /// <summary>Whether the bytes were fetched for this file.</summary>
    public bool IsFor(ExpectedFile file) => (Bytes, Sha256, Md5) == (file.Bytes, file.Checksum.Sha256, file.Checksum.Md5);
}
