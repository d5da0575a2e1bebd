using System.Text.RegularExpressions;
using Scott.Models.Downloads;

namespace Scott.Models.Zoo;

/// <summary>A repository of the Hugging Face Hub in one revision: <c>owner/name</c>, and a branch, a tag or a commit.</summary>
internal sealed partial record HubRepository(string Name, string Revision)
{
    public const string DefaultRevision = "main";

    public const string ExpectedName = "one such as timm/vit_small_patch14_dinov2.lvd142m";
    public const string ExpectedRevision = "a branch, a tag or a commit";

    private const int LongestCacheName = 80;
    private const int LongestRevision = 200;

    /// <summary>Whether the revision is a commit, whose files never change.</summary>
    public bool IsCommit => Commit().IsMatch(Revision);

    /// <summary>The name of the repository's folder in the cache. Different repositories have different ones, on every file system.</summary>
    public string CacheName
    {
        get
        {
            string plain = "hub--" + Name.Replace("/", "--", StringComparison.Ordinal).ToLowerInvariant();
            bool isSame = Name.All(character => !char.IsAsciiLetterUpper(character)) && !Name.Contains("--", StringComparison.Ordinal);
            if (isSame && plain.Length <= LongestCacheName && SafeName.IsSafe(plain))
                return plain;

            string hash = FileChecksum.Sha256Of(Encoding.UTF8.GetBytes(Name))[..16];
            return $"{plain[..Math.Min(plain.Length, LongestCacheName)]}-{hash}";
        }
    }

    /// <exception cref="ArgumentException">It is no name of a repository, or no revision.</exception>
    public static HubRepository Parse(string name, string? revision)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        revision ??= DefaultRevision;
        if (!IsName(name))
        {
            throw new ArgumentException(
                $"'{Quoted.Value(name)}' is not the name of a repository; expected {ExpectedName}.", nameof(name));
        }

        return IsRevision(revision)
            ? new HubRepository(name, revision)
            : throw new ArgumentException($"'{Quoted.Value(revision)}' is not a revision; expected {ExpectedRevision}.", nameof(revision));
    }

    public static bool IsName(string name) => RepositoryName().IsMatch(name) && !name.Contains("..", StringComparison.Ordinal);

    public static bool IsRevision(string revision) =>
        revision.Length is > 0 and <= LongestRevision && RevisionName().IsMatch(revision) && !revision.Contains("..", StringComparison.Ordinal);

    /// <summary>The address of a file: the hub redirects it to its file store.</summary>
    public Uri AddressOf(string endpoint, string file) =>
        new($"{endpoint.TrimEnd('/')}/{Name}/resolve/{Uri.EscapeDataString(Revision)}/{Uri.EscapeDataString(file)}");

    /// <inheritdoc/>
    public override string ToString() => $"{Name} at {Revision}";

    [GeneratedRegex(
        @"^[A-Za-z0-9][A-Za-z0-9_.-]{0,95}(/[A-Za-z0-9][A-Za-z0-9_.-]{0,95})?\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex RepositoryName();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9_./+-]*\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex RevisionName();

    [GeneratedRegex(@"^[0-9a-f]{40}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Commit();
}
