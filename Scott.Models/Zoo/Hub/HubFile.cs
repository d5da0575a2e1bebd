using System.Net;

namespace Scott.Models.Zoo;

/// <summary>What the hub's headers say about a file: its commit, its length, and its checksum, which for a large file is a SHA-256 and for a small
/// one that of Git.</summary>
internal sealed record HubFile(string Name, string? Commit, long? Bytes, string? Sha256, string? GitSha1)
{
    /// <summary>The checksum of a file in the file store, which the hub redirects to.</summary>
    public const string LinkedTagHeader = "X-Linked-Etag";

    private const string CommitHeader = "X-Repo-Commit";
    private const string LinkedSizeHeader = "X-Linked-Size";
    private const int Sha256Digits = 64;
    private const int Sha1Digits = 40;

    /// <summary>Reads the headers of an answer, whether it has the file or redirects to it.</summary>
    public static HubFile Of(string name, HttpResponseMessage response)
    {
        string? tag = Tag(Header(response, LinkedTagHeader)) ?? Tag(Header(response, "ETag"));
        bool isRedirect = response.StatusCode is >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest;
        long? bytes = long.TryParse(Header(response, LinkedSizeHeader), NumberStyles.None, CultureInfo.InvariantCulture, out long size) ? size
            : isRedirect ? null : response.Content.Headers.ContentLength;
        string? commit = Header(response, CommitHeader);
        return new HubFile(
            name, IsHex(commit, Sha1Digits) ? commit : null, bytes, IsHex(tag, Sha256Digits) ? tag : null, IsHex(tag, Sha1Digits) ? tag : null);
    }

    public static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out System.Net.Http.Headers.HeaderStringValues values) ? values.First() : null;

    /// <summary>The SHA-1 that Git gives a file: of a word, the length and the bytes.</summary>
    public static string GitSha1Of(ReadOnlySpan<byte> bytes)
    {
#pragma warning disable CA5350 // Git names files so. The hub has no other checksum for small files; large ones have a SHA-256.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
#pragma warning restore CA5350
        hash.AppendData(Encoding.ASCII.GetBytes(FormattableString.Invariant($"blob {bytes.Length}\0")));
        hash.AppendData(bytes);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string? Tag(string? header) => header?.Replace("W/", string.Empty, StringComparison.Ordinal).Trim('"');

    private static bool IsHex(string? text, int digits) => text?.Length == digits && text.All(char.IsAsciiHexDigitLower);
}
