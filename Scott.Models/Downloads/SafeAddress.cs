namespace Scott.Models.Downloads;

/// <summary>Decides which addresses are safe: https, and http to this machine, where nobody can listen.</summary>
internal static class SafeAddress
{
    public const string Expected = "an https address, or http to this machine";

    public static bool IsAllowed(Uri address) =>
        address.IsAbsoluteUri
        && address.UserInfo.Length == 0
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));

    /// <summary>Whether an address is allowed and the name of a file can be added to it.</summary>
    public static bool IsAllowedFolder(Uri address) =>
        IsAllowedEndpoint(address) && address.AbsolutePath.EndsWith('/');

    /// <summary>Whether an address is allowed, and a path can be added to it.</summary>
    public static bool IsAllowedEndpoint(Uri address) => IsAllowed(address) && address.Query.Length == 0 && address.Fragment.Length == 0;

    /// <summary>Whether a redirect is allowed. It must not lead from https to http.</summary>
    public static bool IsAllowedRedirect(Uri from, Uri to) => IsAllowed(to) && (from.Scheme != Uri.UriSchemeHttps || to.Scheme == Uri.UriSchemeHttps);

    public static bool IsSameOrigin(Uri a, Uri b) => (a.Scheme, a.IdnHost, a.Port) == (b.Scheme, b.IdnHost, b.Port);
}
