namespace Scott.Models.Zoo.Transfer;

/// <summary>Where the bytes of an unfinished file came from. Stands beside it, so that another process can go on.</summary>
/// <param name="Source">The source's address or path.</param>
/// <param name="ETag">The strong validator that the server gave, if it did.</param>
/// <param name="LastModified">The date that the server gave, if it did.</param>
/// <param name="Bytes">The finished file's length.</param>
/// <param name="Sha256">The finished file's SHA-256.</param>
internal sealed record PartOrigin(string Source, string? ETag, DateTimeOffset? LastModified, long Bytes, string Sha256);
