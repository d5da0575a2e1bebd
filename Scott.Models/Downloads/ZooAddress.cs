namespace Scott.Models.Downloads;

/// <summary>Which addresses are fetched: https, and plain http to this machine itself, where nobody can listen in.</summary>
internal static class ZooAddress
{
    public const string Expected = "an https address, or http to this machine";

    public static bool IsAllowed(Uri address) =>
        address.IsAbsoluteUri
        && address.UserInfo.Length == 0
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));

    /// <summary>A redirect may not lead from https to less.</summary>
    public static bool IsAllowedRedirect(Uri from, Uri to) => IsAllowed(to) && (from.Scheme != Uri.UriSchemeHttps || to.Scheme == Uri.UriSchemeHttps);

    public static bool IsSameOrigin(Uri a, Uri b) => (a.Scheme, a.IdnHost, a.Port) == (b.Scheme, b.IdnHost, b.Port);

    /// <summary>A manifest's place: an http(s) address as it is, all else as a path.</summary>
    public static Uri OfManifest(string place) =>
        Uri.TryCreate(place, UriKind.Absolute, out Uri? address) && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp || address.IsFile)
            ? address
            : new Uri(Path.GetFullPath(place));

    /// <summary>A folder below the manifest's own: safe names, each with a slash behind it, or nothing.</summary>
    public static bool IsRelativeFolder(string address) =>
        address.Length == 0 || (address[^1] == '/' && address[..^1].Split('/').All(SafeName.IsSafe));
}
