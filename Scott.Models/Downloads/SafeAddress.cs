namespace Scott.Models.Downloads;

/// <summary>Which addresses are asked: https, and plain http to this machine itself, where nobody can listen in.</summary>
internal static class SafeAddress
{
    public const string Expected = "an https address, or http to this machine";

    public static bool IsAllowed(Uri address) =>
        address.IsAbsoluteUri
        && address.UserInfo.Length == 0
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));

    /// <summary>An allowed address that a file's name can follow.</summary>
    public static bool IsAllowedFolder(Uri address) =>
        IsAllowed(address) && address.AbsolutePath.EndsWith('/') && address.Query.Length == 0 && address.Fragment.Length == 0;

    /// <summary>A redirect may not lead from https to less.</summary>
    public static bool IsAllowedRedirect(Uri from, Uri to) => IsAllowed(to) && (from.Scheme != Uri.UriSchemeHttps || to.Scheme == Uri.UriSchemeHttps);

    public static bool IsSameOrigin(Uri a, Uri b) => (a.Scheme, a.IdnHost, a.Port) == (b.Scheme, b.IdnHost, b.Port);
}
